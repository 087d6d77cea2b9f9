import { PilotError } from '@harbor-pilot/core';
import {
  basicAuthorization,
  type Credentials,
  type Http,
  type HttpRequest,
  type HttpResponse,
  nextLink,
  refusalOf,
} from '@harbor-pilot/http';
import { digestOf } from '@harbor-pilot/oci';

/** One call of Harbor's API. */
export interface Call {
  readonly method: HttpRequest['method'];
  /** Below `/api/v2.0`, with its query. */
  readonly path: string;
  /** For the message, after "cannot". */
  readonly what: string;
  /** Any other status is an error. */
  readonly expect: readonly number[];
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly permission?: string;
}

/** Calls Harbor's API v2.0 with Basic authentication. */
export interface Api {
  readonly host: string;
  readonly credentials: Credentials;
  /** An answer with an expected status. PilotError otherwise. */
  call(call: Call): Promise<HttpResponse>;
  /** The entries of a list, page by page. */
  list(call: Pick<Call, 'path' | 'what' | 'project' | 'permission'>): AsyncIterable<unknown>;
}

/** What the API is called with. */
export interface ApiOptions {
  readonly http: Http;
  readonly host: string;
  /** Without a user name: nobody's. */
  readonly credentials: Credentials;
  readonly plainHttp?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

// The largest that Harbor takes; it answers 422 to more.
const pageSize = 100;
const pageLimit = 1000;

/** Makes the API. No cookies are kept: Harbor takes a request that has one for a browser's, and wants a CSRF token then. */
export function createApi(options: ApiOptions): Api {
  const { http, host, credentials, signal } = options;
  const base = `${options.plainHttp === true ? 'http' : 'https'}://${host}/api/v2.0`;
  let refusal: PilotError | undefined;
  let isAnswered = false;
  const call = async (one: Call): Promise<HttpResponse> => {
    // A password that was refused is not tried again: Harbor locks the user name for everybody.
    if (refusal !== undefined) throw refusal;
    const response = await http.request({
      method: one.method,
      url: `${base}${one.path}`,
      headers: headersOf(one, credentials),
      body: one.json === undefined ? undefined : JSON.stringify(one.json),
      signal,
    });
    if (one.expect.includes(response.status)) {
      isAnswered = true;
      return response;
    }
    const { what, project, permission } = one;
    const attempt = {
      server: 'harbor',
      host,
      what,
      ...(isNobody(credentials) ? {} : { credentials, isCredentialsRefused: true }),
      project,
      permission,
    } as const;
    const error = await refusalOf(response, attempt);
    if (response.status === 401 && !isNobody(credentials)) {
      // Somebody else's wrong password locks the user name for a moment, and without its database Harbor knows no account:
      // one refusal between answers is not the last word.
      if (isAnswered) isAnswered = false;
      else refusal = error;
    }
    throw error;
  };
  return { host, credentials, call, list: (one) => listed(call, one) };
}

const isNobody = ({ username }: Credentials): boolean => username === '';

function headersOf(call: Call, credentials: Credentials): Record<string, string> {
  return {
    accept: 'application/json',
    // Harbor takes empty credentials for wrong ones, and answers late then.
    ...(isNobody(credentials) ? {} : { authorization: basicAuthorization(credentials) }),
    // A project whose name is digits would be taken for a number otherwise.
    'x-is-resource-name': 'true',
    ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  };
}

/** Pages are asked for by number. A list ends when Harbor says so, gives nothing, or gives a page again. */
async function* listed(
  call: Api['call'],
  one: Pick<Call, 'path' | 'what' | 'project' | 'permission'>,
): AsyncGenerator<unknown> {
  const seen = new Set<string>();
  let count = 0;
  for (let number = 1; number <= pageLimit; number += 1) {
    const separator = one.path.includes('?') ? '&' : '?';
    const path = `${one.path}${separator}page=${number}&page_size=${pageSize}`;
    const response = await call({ ...one, path, method: 'GET', expect: [200] });
    const text = await response.text();
    const entries = parseList(text, one.what);
    const page = digestOf(text);
    if (entries.length === 0 || seen.has(page)) return;
    yield* entries;
    seen.add(page);
    count += entries.length;
    const total = Number(response.headers['x-total-count'] ?? 0);
    if (nextLink(response.headers.link) === undefined && !(total > count)) return;
  }
  throw new PilotError('CONTENT_HOSTILE', `cannot ${one.what}: the list has more than ${pageLimit} pages`, {
    hint: 'Look for a proxy between here and Harbor that changes the numbers of pages.',
  });
}

function parseList(text: string, what: string): readonly unknown[] {
  try {
    const entries: unknown = JSON.parse(text);
    if (Array.isArray(entries)) return entries;
  } catch {
    // Said below: either way it is no list.
  }
  throw new PilotError('ANSWER_UNEXPECTED', `cannot ${what}: the answer is no list`, {
    hint: 'Check that the host is a Harbor of version 2, and that no proxy answers in its place.',
  });
}
