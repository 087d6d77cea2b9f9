import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { notFound } from '../server/refusal.ts';

const formLimitBytes = 16 * 1024;

/** Answers the pages below /c: signing in with a form, and signing out. */
export async function serveLogin(harbor: Harbor, exchange: Exchange): Promise<void> {
  if (exchange.method === 'POST' && exchange.path === '/c/login') {
    const form = new URLSearchParams((await exchange.body(formLimitBytes)).toString());
    const user = await harbor.authenticator.login(form.get('principal') ?? '', form.get('password') ?? '');
    if (user === undefined) return exchange.empty(401);
    harbor.sessions.offer(exchange, harbor.sessions.begin(user.id));
    return exchange.empty(200);
  }
  if (exchange.path !== '/c/log_out') throw notFound(`path ${exchange.path} was not found`);
  harbor.sessions.end(exchange);
  exchange.empty(200);
}
