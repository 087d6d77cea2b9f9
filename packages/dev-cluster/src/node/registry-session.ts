import { asArray, asObject, asString } from '@harbor-pilot/core';
import { manifestMediaTypes } from '@harbor-pilot/oci';
import { type HttpsAnswer, readBody, sendHttps, type TrustedCas } from './https-request.ts';
import { PullError } from './pull-error.ts';

/** Who a node is for a registry. */
export interface PullCredentials {
  readonly username: string;
  readonly password: string;
}

/** Where and as whom a session reads. */
export interface SessionOptions {
  readonly cas: TrustedCas;
  /** `host[:port]`. */
  readonly registry: string;
  readonly repository: string;
  readonly credentials: PullCredentials | undefined;
  readonly signal: AbortSignal;
}

/** Reads one repository of a registry, authorised once. */
export interface RegistrySession {
  /** @param path below the repository, `manifests/v1`. @throws PullError unless the answer is 200. */
  open(method: 'GET' | 'HEAD', path: string): Promise<HttpsAnswer>;
}

const errorLimitBytes = 64 * 1024;
const denied = 'pull access denied, repository does not exist or may require authorization';

/** Opens a session; nothing is sent before the first read. */
export function openSession(options: SessionOptions): RegistrySession {
  const { cas, registry, repository, signal } = options;
  let authorization: string | undefined;
  const send = (method: 'GET' | 'HEAD', path: string): Promise<HttpsAnswer> =>
    sendHttps(cas, {
      method,
      url: new URL(`https://${registry}/v2/${repository}/${path}`),
      headers: {
        accept: [...manifestMediaTypes, '*/*'].join(', '),
        'user-agent': 'containerd/2.1.0 (dev-cluster)',
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal,
    });
  return {
    open: async (method, path) => {
      let answer = await send(method, path);
      if (answer.status === 401 && authorization === undefined) {
        answer.body.resume();
        authorization = await authorize(options, answer.headers['www-authenticate'] ?? '');
        answer = await send(method, path);
      }
      if (answer.status === 200) return answer;
      answer.body.resume();
      // An answer to HEAD has no body: the reason is in the answer to GET.
      throw await refusal(method, answer, method === 'HEAD' ? await send('GET', path) : answer, options);
    },
  };
}

/** The value of the Authorization header that a challenge asks for (distribution spec, "Token Authentication"). */
async function authorize(options: SessionOptions, challenge: string): Promise<string> {
  const { credentials } = options;
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  if (!/^bearer /i.test(challenge)) {
    if (basic === undefined) throw new PullError(`${denied}: authorization failed: no basic auth credentials`);
    return basic;
  }
  const parameters = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value ?? '']));
  const url = new URL(parameters.get('realm') ?? '', `https://${options.registry}`);
  const service = parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${options.repository}:pull`);
  const headers = basic === undefined ? {} : { authorization: basic };
  const answer = await sendHttps(options.cas, { method: 'GET', url, headers, signal: options.signal });
  if (answer.status !== 200) {
    answer.body.resume();
    const reason = `unexpected status from GET request to ${url.href}: ${answer.statusLine}`;
    throw new PullError(`${denied}: authorization failed: failed to authorize: failed to fetch oauth token: ${reason}`);
  }
  const document = asObject(JSON.parse((await readBody(answer, errorLimitBytes)).toString()));
  const token = asString(document?.token) ?? asString(document?.access_token);
  if (!token) throw new PullError(`failed to authorize: failed to fetch oauth token: ${url.href} gave no token`);
  return `Bearer ${token}`;
}

async function refusal(
  method: 'GET' | 'HEAD',
  answer: HttpsAnswer,
  explained: HttpsAnswer,
  { registry, repository }: SessionOptions,
): Promise<PullError> {
  const { status, url } = answer;
  if (status === 404) return new PullError(`${registry}/${repository}${nameOf(url)}: not found`, 'NotFound');
  if (status === 401) {
    return new PullError(`${denied}: server message: insufficient_scope: authorization failed`);
  }
  const message = await reasonOf(explained);
  return new PullError(`unexpected status from ${method} request to ${url.href}: ${answer.statusLine}${message}`);
}

/** `:tag` or `@digest` out of the address of a manifest or blob. */
function nameOf(url: URL): string {
  const last = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  return last.includes(':') ? `@${last}` : `:${last}`;
}

/** The registry's own words, as containerd's errcode writes them: the code in lower case, then the message. */
async function reasonOf(answer: HttpsAnswer): Promise<string> {
  if (answer.body.readableEnded || answer.body.readableFlowing) return '';
  const text = (await readBody(answer, errorLimitBytes)).toString();
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return '';
  }
  const error = asObject(asArray(asObject(document)?.errors)[0]);
  const code = asString(error?.code)?.toLowerCase().replaceAll('_', ' ');
  const message = asString(error?.message);
  return code === undefined || message === undefined ? '' : `: ${code}: ${message}`;
}
