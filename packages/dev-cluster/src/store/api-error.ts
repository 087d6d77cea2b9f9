import type { KubeObject } from '../kinds/objects.ts';
import { apiVersionOf, type FieldProblem, qualifiedName, type Resource } from '../kinds/resource.ts';

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

/** A refusal as the API words it: the content of a Status object (Kubernetes API 1.34, meta/v1 Status). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: number, reason: string, message: string, details?: Details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The Status object of a refusal. */
export function statusOf(error: ApiError): object {
  const { code, reason, message, details } = error;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
}

const named = (resource: Resource, name: string): Details => ({
  name,
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
});

/** 404: there is no such object. */
export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, named(resource, name));
}

/** 404: there is no such path. */
export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: the name is taken. */
export function alreadyExists(resource: Resource, name: string): ApiError {
  const message = `${qualifiedName(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, named(resource, name));
}

/** 409: the object is not as the request expects it. */
export function conflict(
  resource: Resource,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, named(resource, name));
}

/** 422: fields have wrong values. */
export function invalidObject(resource: Resource, object: KubeObject, problems: readonly FieldProblem[]): ApiError {
  const { name = '' } = object.metadata as { name?: string };
  const texts = problems.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const details = { ...(name === '' ? {} : named(resource, name)), kind: resource.kind, causes: problems };
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, details);
}

/** 400: the request makes no sense. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 400: the body is not an object of the kind. */
export function undecodable(resource: Resource, mismatch: string): ApiError {
  const { kind } = resource;
  const version = apiVersionOf(resource);
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${mismatch}`);
}

/** 422: what a patch makes is not an object of the kind. */
export function badPatch(mismatch: string): ApiError {
  const message = `Invalid value: ${mismatch}`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'patch' }];
  return new ApiError(422, 'Invalid', ` "" is invalid: patch: ${message}`, { causes });
}

/** 403: the request is understood and refused. */
export function forbidden(resource: Resource, name: string, why: string, cause?: string): ApiError {
  const subject = name === '' ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
  const causes = cause === undefined ? {} : { causes: [{ reason: cause, message: why }] };
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, { ...named(resource, name), ...causes });
}

/** 410: the history does not reach back so far. */
export function expired(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}
