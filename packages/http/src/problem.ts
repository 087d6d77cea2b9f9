import { asArray, asObject, asString, printable } from '@harbor-pilot/core';
import type { HttpResponse } from './types.ts';

/** What a registry or Harbor says of a failure (distribution spec 1.1.1, "Error Codes"), made safe to print. */
export interface Problem {
  readonly status: number;
  /** Empty when it gave none, as with HEAD. */
  readonly code: string;
  readonly text: string;
  readonly retryAfter?: string;
}

const readLimitBytes = 64 * 1024;
const textLimit = 300;
// What nginx (1.27, ngx_http_special_response.c) and Go's net/http answer, in HTTP, to what is wrong below it.
const tlsComplaint =
  /No required SSL certificate was sent|The SSL certificate error|The plain HTTP request was sent to HTTPS port|Client sent an HTTP request to an HTTPS server/;

/** Reads the body of a failure; whatever it is, there is an answer. */
export async function readProblem(response: HttpResponse): Promise<Problem> {
  const body = await response.text(readLimitBytes).catch(() => '');
  const retryAfter = response.headers['retry-after'];
  return {
    status: response.status,
    ...firstError(body),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function firstError(body: string): { code: string; text: string } {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return { code: '', text: tlsComplaint.exec(body)?.[0] ?? '' };
  }
  const error = asObject(asArray(asObject(document)?.errors)[0]);
  return { code: asString(error?.code) ?? '', text: printable(asString(error?.message) ?? '', textLimit) };
}
