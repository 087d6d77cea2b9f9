import { auditServer } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { nameOf } from './principal.ts';

const formLimitBytes = 16 * 1024;

type Handler = (harbor: Harbor, exchange: Exchange) => void | Promise<void>;

const handlers: Readonly<Record<string, Handler>> = {
  'POST /c/login': signIn,
  'GET /c/log_out': signOut,
  'POST /c/userExists': tellWhetherUserExists,
};

/** Answers with a page a request that Harbor's web framework refuses: for what is not there, or not for its method, if nothing else is said. */
export function refusePage(exchange: Exchange, status = 404, title = '404 - Page Not Found'): void {
  const page = `<!DOCTYPE HTML>\n<html><head><title>${title}</title></head></html>\n`;
  exchange.send(status, page, { 'Content-Type': 'text/html; charset=utf-8' });
}

/** Answers the pages below /c: signing in with a form, and signing out. */
export async function serveLogin(harbor: Harbor, exchange: Exchange): Promise<void> {
  const handle = handlers[`${exchange.method} ${exchange.path}`];
  if (handle === undefined) return refusePage(exchange);
  await handle(harbor, exchange);
}

async function signIn(harbor: Harbor, exchange: Exchange): Promise<void> {
  const form = await formOf(exchange);
  const principal = form.get('principal') ?? '';
  const user = await harbor.authenticator.login(principal, form.get('password') ?? '');
  const action = { operation: 'login', type: 'user', resource: principal, description: 'login', username: principal };
  auditServer(harbor, exchange, { ...action, hasFailed: user === undefined });
  if (user === undefined) return exchange.empty(401);
  harbor.sessions.give(exchange, harbor.sessions.begin(user));
  exchange.empty(200);
}

function signOut(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind !== 'anonymous') {
    auditServer(harbor, exchange, {
      operation: 'logout',
      type: 'user',
      resource: nameOf(principal),
      description: 'logout',
    });
  }
  harbor.sessions.end(exchange);
  exchange.empty(200);
}

/** For the form of those who register themselves, and for administrators. The first administrator is not among the users. */
async function tellWhetherUserExists(harbor: Harbor, exchange: Exchange): Promise<void> {
  const form = await formOf(exchange);
  const mayAsk = harbor.configuration.values.self_registration || harbor.authorizer.isAdministrator(exchange.principal);
  if (!mayAsk) return exchange.text(412, 'self registration deactivated, only sysadmin can check user existence');
  const [target, value] = [form.get('target'), form.get('value')];
  const users = harbor.users.all().filter(({ id }) => id > 1);
  const found = users.filter((user) =>
    target === 'username' ? user.username === value : target !== 'email' || user.email === value,
  );
  exchange.json(200, found.length > 0);
}

/** The form in the body, and what the address adds to it. */
async function formOf(exchange: Exchange): Promise<URLSearchParams> {
  const body = (await exchange.body(formLimitBytes)).toString();
  return new URLSearchParams([...new URLSearchParams(body), ...exchange.query]);
}
