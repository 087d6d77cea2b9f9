import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { asArray, asNumber, asObject, asString, type Clock } from '@harbor-pilot/core';
import type { Settings } from '../store/settings.ts';
import type { Principal, TokenAccess } from './principal.ts';

const issuer = 'harbor-token-issuer';
/** The service that tokens are for. */
export const tokenService = 'harbor-registry';
const leewaySeconds = 60;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues and reads the tokens of the distribution API: JWT, RS256. */
export class Tokens {
  readonly #settings: Settings;
  readonly #clock: Clock;
  #key: Promise<KeyObject>;

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#key = loadKey(settings);
    // A failure is reported by the first request that needs the key.
    this.#key.catch(() => {});
  }

  /** Signs with another key from now on, so that every token issued before is invalid. */
  async renewKey(): Promise<void> {
    this.#key = makeKey(this.#settings);
    await this.#key;
  }

  /** A token for a subject; none for anonymous. */
  async issue(subject: string | undefined, access: readonly TokenAccess[], lifetimeMinutes: number): Promise<string> {
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000);
    const claims = {
      iss: issuer,
      ...(subject === undefined ? {} : { sub: subject }),
      aud: tokenService,
      exp: issuedAt + lifetimeMinutes * 60,
      nbf: issuedAt,
      iat: issuedAt,
      jti: randomUUID(),
      access: access.length === 0 ? null : access,
    };
    const content = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${content}.${sign('sha256', Buffer.from(content), await this.#key).toString('base64url')}`;
  }

  /** The bearer of a token; undefined when it is not ours, changed, or a minute over its time. */
  async read(token: string): Promise<(Principal & { kind: 'token' }) | undefined> {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const publicKey = createPublicKey(await this.#key);
    const isOurs = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      publicKey,
      Buffer.from(signature, 'base64url'),
    );
    if (!isOurs) return undefined;
    const claims = asObject(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    const now = this.#clock.now().getTime() / 1000;
    if (claims === undefined || (asNumber(claims.exp) ?? 0) + leewaySeconds <= now) return undefined;
    return {
      kind: 'token',
      subject: asString(claims.sub) ?? '',
      issuedAt: asNumber(claims.iat) ?? 0,
      access: asArray(claims.access).flatMap(accessOf),
    };
  }
}

function accessOf(value: unknown): TokenAccess[] {
  const entry = asObject(value);
  const [type, name] = [asString(entry?.type), asString(entry?.name)];
  if (type === undefined || name === undefined) return [];
  return [{ type, name, actions: asArray(entry?.actions).filter((action) => typeof action === 'string') }];
}

/** Making an RSA key takes up to a second, so it happens beside the start and once per data directory. */
async function loadKey(settings: Settings): Promise<KeyObject> {
  const stored = asString(settings.get('tokenKey'));
  return stored === undefined ? makeKey(settings) : createPrivateKey(stored);
}

async function makeKey(settings: Settings): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  settings.set('tokenKey', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return privateKey;
}
