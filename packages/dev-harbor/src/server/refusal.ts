/** One entry of an error answer. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

/** Thrown to end a request with an error answer. It is an answer of the API and never leaves the server. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, faults: readonly Fault[], headers: Readonly<Record<string, string>> = {}) {
    super(faults.map(({ message }) => message).join('; '));
    this.status = status;
    this.faults = faults;
    this.headers = headers;
  }
}

const refusal = (status: number, code: string) => (message: string) => new Refusal(status, [{ code, message }]);

/** 400: the request makes no sense. */
export const badRequest = refusal(400, 'BAD_REQUEST');
/** 403: the signed-in account may not do this. */
export const forbidden = refusal(403, 'FORBIDDEN');
/** 403: the state of the server does not allow this (quota, read-only mode). */
export const denied = refusal(403, 'DENIED');
/** 404: there is no such thing. */
export const notFound = refusal(404, 'NOT_FOUND');
/** 409: there is such a thing already. */
export const conflict = refusal(409, 'CONFLICT');
/** 412: something else has to happen before. */
export const precondition = refusal(412, 'PRECONDITION');
/** 412: a policy of the project keeps the image from being pulled. */
export const policyViolation = refusal(412, 'PROJECTPOLICYVIOLATION');

/** 401 of the REST API. */
export function unauthorized(message = 'unauthorized'): Refusal {
  return new Refusal(401, [{ code: 'UNAUTHORIZED', message }]);
}

/** 413: more than this server reads into memory. */
export function bodyTooLarge(limitBytes: number): Refusal {
  return new Refusal(413, [
    { code: 'REQUEST_ENTITY_TOO_LARGE', message: `the body is larger than ${limitBytes} bytes` },
  ]);
}

/** 422: the request does not fit the API's description. */
export function invalid(reason: string): Refusal {
  return new Refusal(422, [{ code: 'UNPROCESSABLE_ENTITY', message: `validation failure list:\n${reason}` }]);
}

/** 422: a field of the body does not fit the API's description. */
export function invalidField(reason: string): Refusal {
  return invalid(`validation failure list:\n${reason}`);
}

/** 500, with nothing about the cause. */
export function internalError(): Refusal {
  return new Refusal(500, [{ code: 'UNKNOWN', message: 'internal server error' }]);
}
