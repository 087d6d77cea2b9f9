import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../server/exchange.ts';
import { forbidden } from '../server/refusal.ts';
import type { User } from '../store/users.ts';

const guardCookie = '_gorilla_csrf';
const tokenHeader = 'X-Harbor-Csrf-Token';

/** Browser sessions and their protection against forged requests. They live as long as the server. */
export class Sessions {
  readonly #users = new Map<string, User>();
  readonly #key = randomBytes(32);

  /** The signed-in user, as they were when the session began: what has changed since counts from the next one on. */
  userOf(exchange: Exchange): User | undefined {
    return this.#users.get(cookie(exchange, 'sid') ?? '');
  }

  /** Whether a request comes with the cookie of a session, whatever it is worth. */
  isCarried(exchange: Exchange): boolean {
    return cookie(exchange, 'sid') !== undefined;
  }

  begin(user: User): string {
    const id = newId();
    this.#users.set(id, user);
    return id;
  }

  end(exchange: Exchange): void {
    this.#users.delete(cookie(exchange, 'sid') ?? '');
  }

  /** Every answer to a request without a session carries the cookie of one. */
  offer(exchange: Exchange): void {
    const known = cookie(exchange, 'sid') ?? '';
    if (!/^[\da-f]{32}$/.test(known)) this.give(exchange, newId());
  }

  /** Answers with the cookie of a session. */
  give(exchange: Exchange, id: string): void {
    setCookie(exchange, `sid=${id}; Path=/; Secure; HttpOnly`);
  }

  /**
   * Refuses a writing request that a foreign page may have caused: one with a session cookie, or to a page, without the
   * token that only a page of this server can know. Valid Basic credentials beside the cookie change nothing. Every answer
   * to such requests offers a token for the next one.
   * @throws Refusal 403.
   */
  checkOrigin(exchange: Exchange): void {
    const isGuarded = exchange.path.startsWith('/c/') || this.isCarried(exchange);
    if (!isGuarded) return;
    const guard = cookie(exchange, guardCookie) ?? this.#guard(exchange);
    exchange.response.setHeader(tokenHeader, this.#tokenOf(guard));
    if (exchange.isWrite) {
      const token = exchange.header(tokenHeader.toLowerCase());
      if (token === undefined) throw forbidden('CSRF token not found in request');
      if (!equal(token, this.#tokenOf(guard))) throw forbidden('CSRF token invalid');
    }
    exchange.response.setHeader('Vary', 'Cookie');
  }

  #guard(exchange: Exchange): string {
    const guard = randomBytes(32).toString('base64url');
    setCookie(exchange, `${guardCookie}=${guard}; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict`);
    return guard;
  }

  #tokenOf(guard: string): string {
    return createHmac('sha256', this.#key).update(guard).digest('base64');
  }
}

const newId = (): string => randomBytes(16).toString('hex');

const setCookie = (exchange: Exchange, value: string): void => {
  exchange.response.appendHeader('Set-Cookie', value);
};

function cookie(exchange: Exchange, name: string): string | undefined {
  const pairs = (exchange.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
