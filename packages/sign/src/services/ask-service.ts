import { asString, PilotError, parseObject, printable } from '@harbor-pilot/core';
import type { Http, HttpResponse } from '@harbor-pilot/http';

/** One question to a service. Asking it again does no harm: it may be tried again although it is a POST. */
export interface ServiceQuestion {
  /** For people: `Fulcio`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal | undefined;
}

/** What a service said, with a status below 500. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** PilotError ANSWER_UNEXPECTED when it is no JSON. */
  json(): unknown;
  /** Its status, and what it says of the failure, safe to print. */
  problem(): string;
  /** The error for an answer that is none. */
  unexpected(why: string): PilotError;
}

/** Answers are a few KiB: certificates, proofs. */
const answerLimitBytes = 1024 * 1024;
/** Rekor answers when an entry is in its log, which takes some seconds. */
const idleSeconds = 30;
const problemLimit = 300;

/**
 * Asks a service. Redirects are not followed: what is sent may be secret, and is for this host alone.
 * @throws PilotError SIGSTORE_UNAVAILABLE when it cannot be reached, is silent for 30 seconds or answers with 5xx;
 *   RATE_LIMITED; CONTENT_TOO_LARGE; TLS_UNTRUSTED; ANSWER_UNEXPECTED when it sends elsewhere.
 */
export async function askService(http: Http, question: ServiceQuestion): Promise<ServiceAnswer> {
  const { service, method, url, headers, body, signal } = question;
  const name = `${service} at ${new URL(url).host}`;
  const response = await http
    .request({
      method,
      url,
      headers,
      redirect: 'manual',
      attempts: http.policy.attempts,
      timeoutSeconds: Math.min(idleSeconds, http.policy.idleSeconds),
      body,
      signal,
    })
    .catch((error: unknown) => {
      throw unavailable(name, error);
    });
  const bytes = await response.bytes(answerLimitBytes).catch((error: unknown) => {
    throw unavailable(name, error);
  });
  const answer = answerOf(name, response, bytes);
  if (response.status === 429) {
    throw new PilotError('RATE_LIMITED', `${name}: too many requests (429)`, {
      hint: 'Try again later, with fewer jobs at a time.',
    });
  }
  if (response.status === 413) {
    throw new PilotError('CONTENT_TOO_LARGE', `${name} takes nothing of this size (413)`, {
      hint: 'Sign a smaller document, or raise the limit of the service or of the proxy before it.',
    });
  }
  if (response.status >= 500) {
    throw new PilotError('SIGSTORE_UNAVAILABLE', `${name} answered ${answer.problem()}`, { hint: retryHint });
  }
  if (response.status >= 300 && response.status < 400) throw answer.unexpected('it sends the request to another place');
  return answer;
}

const retryHint = 'No signature was pushed. Try again; if it stays so, look at the status and the logs of the service.';

function unavailable(name: string, error: unknown): unknown {
  if (!(error instanceof PilotError)) return error;
  if (error.code !== 'NETWORK_UNREACHABLE' && error.code !== 'DEADLINE_EXCEEDED') return error;
  return new PilotError('SIGSTORE_UNAVAILABLE', `${name} cannot be had: ${error.message}`, {
    cause: error,
    details: error.details,
    hint: error.code === 'DEADLINE_EXCEEDED' ? retryHint : `No signature was pushed. ${error.hint ?? ''}`,
  });
}

function answerOf(name: string, { status, headers }: HttpResponse, bytes: Buffer): ServiceAnswer {
  const unexpected = (why: string): PilotError =>
    new PilotError('ANSWER_UNEXPECTED', `the answer of ${name} cannot be used: ${why}`, {
      hint: 'Check the address of the service in the signing configuration, and that no proxy or login page answers in its place.',
    });
  const json = (): unknown => {
    try {
      return JSON.parse(bytes.toString());
    } catch {
      throw unexpected('it is no JSON');
    }
  };
  return {
    status,
    headers,
    bytes,
    json,
    unexpected,
    problem: () => {
      const text = printable(problemText(bytes.toString()), problemLimit);
      return text === '' ? String(status) : `${status} (${text})`;
    },
  };
}

/** Fulcio and Rekor say `{"code": 3, "message": "…"}`; a page of a proxy says nothing of use. */
function problemText(body: string): string {
  const document = parseObject(body);
  if (document === undefined) return /^\s*</.test(body) ? '' : body;
  return asString(document.message) ?? asString(document.error) ?? '';
}
