import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../server/exchange.ts';
import { forbidden, Refusal } from '../server/refusal.ts';

const guardCookie = '_gorilla_csrf';
const tokenHeader = 'X-Harbor-Csrf-Token';

/** Browser sessions and their protection against forged requests. They live as long as the server. */
export class Sessions {
  readonly #users = new Map<string, number>();
  readonly #key = randomBytes(32);

  /** The signed-in user's id. */
  userOf(exchange: Exchange): number | undefined {
    return this.#users.get(cookie(exchange, 'sid') ?? '');
  }

  begin(userId: number): string {
    const id = randomBytes(16).toString('hex');
    this.#users.set(id, userId);
    return id;
  }

  end(exchange: Exchange): void {
    this.#users.delete(cookie(exchange, 'sid') ?? '');
  }

  /** Every answer carries a session cookie. */
  offer(exchange: Exchange, id: string = randomBytes(16).toString('hex')): void {
    exchange.response.setHeader('Set-Cookie', `sid=${id}; Path=/; Secure; HttpOnly`);
  }

  /**
   * Refuses a writing request that a foreign page may have caused: one with a session cookie, or a login, without
   * the token that only a page of this server can know. Valid Basic credentials beside the cookie change nothing.
   * @throws Refusal 403, offering a token.
   */
  checkOrigin(exchange: Exchange): void {
    const isGuarded = exchange.path.startsWith('/c/') || cookie(exchange, 'sid') !== undefined;
    if (!exchange.isWrite || !isGuarded) return;
    const guard = cookie(exchange, guardCookie);
    const token = exchange.header('x-harbor-csrf-token');
    if (guard === undefined || token === undefined) throw this.#refuse('CSRF token not found in request');
    if (!equal(token, this.#tokenOf(guard))) throw this.#refuse('CSRF token invalid');
    if (!(exchange.header('referer') ?? '').startsWith(`${exchange.origin}/`)) throw forbidden('referer invalid');
  }

  #refuse(message: string): Refusal {
    const guard = randomBytes(32).toString('base64url');
    return new Refusal(403, [{ code: 'FORBIDDEN', message }], {
      'Set-Cookie': `${guardCookie}=${guard}; Path=/; Secure; HttpOnly; SameSite=Strict`,
      [tokenHeader]: this.#tokenOf(guard),
    });
  }

  #tokenOf(guard: string): string {
    return createHmac('sha256', this.#key).update(guard).digest('base64');
  }
}

function cookie(exchange: Exchange, name: string): string | undefined {
  const pairs = (exchange.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
