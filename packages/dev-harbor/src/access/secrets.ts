import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt) as (secret: string, salt: string, length: number) => Promise<Buffer>;

/** The salted hash that is kept of a password or of a robot's secret. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${(await derive(secret, salt, 32)).toString('hex')}`;
}

/** Checks secrets against their hashes, and remembers for this process which fitted: a push has dozens of requests. */
export class SecretChecker {
  readonly #known = new Map<string, string>();

  async fits(secret: string, hash: string): Promise<boolean> {
    const fingerprint = createHash('sha256').update(secret).digest('hex');
    if (this.#known.get(hash) === fingerprint) return true;
    const [salt = '', expected = ''] = hash.split(':');
    const actual = await derive(secret, salt, 32);
    const fits = timingSafeEqual(actual, Buffer.from(expected, 'hex'));
    if (fits) this.#known.set(hash, fingerprint);
    return fits;
  }
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** A secret of 32 characters that is strong enough for {@link isStrong}. */
export function makeSecret(): string {
  for (;;) {
    const secret = Array.from({ length: 32 }, () => letters[randomInt(letters.length)]).join('');
    if (isStrong(secret)) return secret;
  }
}

/** Harbor's rule for passwords and secrets: 8 to 128 characters with an upper case letter, a lower case letter and a digit. */
export function isStrong(secret: string): boolean {
  return (
    secret.length >= 8 && secret.length <= 128 && /[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)
  );
}
