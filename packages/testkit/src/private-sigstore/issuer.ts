import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { listenLocally } from '../listen-locally.ts';

/** Whom an identity token is for, and what is wrong with it. */
export interface TokenRequest {
  /** Of a person; `ci@example.com` where neither this nor `workflow` is given. */
  readonly email?: string;
  /**
   * Of a workflow as GitHub names them, `shop/app/.github/workflows/release.yml@refs/heads/main`: the certificate then has
   * the URI `https://github.com/` with this behind it, and the issuer is {@link workflowIssuer}.
   */
  readonly workflow?: string;
  /** `sigstore`, which is what Fulcio wants, if nothing else is said. */
  readonly audience?: string;
  /** From now on; 600 if nothing else is said. A token with a negative one has expired. */
  readonly lifetimeSeconds?: number;
  /** Signed by a key that is none of the issuer's. */
  readonly isForged?: boolean;
}

/** An OpenID Connect issuer of two kinds of identities. It gives tokens to nobody over the network. */
export interface Issuer {
  /** `127.0.0.1:PORT`, plain HTTP. It says of itself that it is where it was asked, so it can be behind a proxy. */
  readonly host: string;
  /** @param url of the issuer as its clients see it. */
  token(url: string, request: TokenRequest): string;
  close(): Promise<void>;
}

/** The issuer of workflows' tokens, where `url` is the one of people's. */
export function workflowIssuer(url: string): string {
  return `${url}/workflows`;
}

const keyId = 'only';
const defaultLifetimeSeconds = 600;

/**
 * Starts an issuer on a free port of 127.0.0.1: discovery and keys (OpenID Connect Discovery 1.0), tokens with RS256.
 * @param scheme with which its clients reach it.
 */
export async function startIssuer(scheme: 'http' | 'https'): Promise<Issuer> {
  const [keys, strangers] = [newKeys(), newKeys()];
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const url = `${scheme}://${request.headers.host}`;
    const [, path = '', document] = /^((?:\/workflows)?)\/(.*)$/.exec(request.url ?? '') ?? [];
    const documents: Readonly<Record<string, object>> = {
      '.well-known/openid-configuration': describe(`${url}${path}`),
      keys: { keys: [jwk] },
    };
    const found = documents[document ?? ''];
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  });
  return {
    ...(await listenLocally(server)),
    token: (url, request) => formatToken(url, request, (request.isForged === true ? strangers : keys).privateKey),
  };
}

function newKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function describe(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/keys`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function formatToken(url: string, request: TokenRequest, privateKey: KeyObject): string {
  const {
    email = 'ci@example.com',
    workflow,
    audience = 'sigstore',
    lifetimeSeconds = defaultLifetimeSeconds,
  } = request;
  const now = Math.floor(Date.now() / 1000);
  const identity =
    workflow === undefined
      ? { iss: url, sub: email, email, email_verified: true }
      : { iss: workflowIssuer(url), sub: `workflow:${workflow}`, job_workflow_ref: workflow };
  const times = { iat: Math.min(now, now + lifetimeSeconds - 1), exp: now + lifetimeSeconds };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${encode({ ...identity, ...times, aud: audience })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
