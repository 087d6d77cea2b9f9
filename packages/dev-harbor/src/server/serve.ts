import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { refusePage, serveLogin } from '../access/login.ts';
import { serveToken } from '../access/token-service.ts';
import { apiRoutesOf } from '../api/routes.ts';
import { audited } from '../audit-requests.ts';
import type { DevHarborControl } from '../control/control.ts';
import { controlBase, serveControl } from '../control/endpoints.ts';
import type { Harbor } from '../harbor.ts';
import { readOnlyMessage } from '../registry/gate.ts';
import { serveRegistry } from '../registry/routes.ts';
import { Exchange } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';
import { badRequest, denied, internalError, Refusal } from './refusal.ts';
import { apiBase, Router } from './router.ts';

/** Answers requests to a Harbor, one by one and whatever happens. */
export function listenerOf(harbor: Harbor, control: DevHarborControl): RequestListener {
  const router = new Router(apiRoutesOf(harbor.version));
  return (request, response) => void answer({ harbor, control, router }, new Exchange(request, response));
}

interface Server {
  readonly harbor: Harbor;
  readonly control: DevHarborControl;
  readonly router: Router;
}

async function answer(server: Server, exchange: Exchange): Promise<void> {
  const { harbor } = server;
  try {
    checkQuery(exchange);
    exchange.response.setHeader('X-Request-Id', exchange.header('x-request-id') || randomUUID());
    harbor.sessions.checkOrigin(exchange);
    harbor.sessions.offer(exchange);
    await dispatch(server, exchange);
  } catch (error) {
    refuse(harbor, exchange, error);
  }
}

async function dispatch({ harbor, control, router }: Server, exchange: Exchange): Promise<void> {
  const { path } = exchange;
  const isRegistry = path === '/v2' || path.startsWith('/v2/');
  exchange.principal = await harbor.authenticator.identify(exchange, isRegistry);
  if (!isTypeReadable(exchange)) return refusePage(exchange, 500, 'Internal Server Error');
  if (isRegistry) return serveRegistry(harbor, exchange);
  if (path === '/service/token' || path === '/service/token/') return serveToken(harbor, exchange);
  if (path.startsWith('/c/')) return serveLogin(harbor, exchange);
  if (path.startsWith(`${controlBase}/`)) return serveControl(harbor, control, exchange);
  if (path === '/api/version' && exchange.method === 'GET') return exchange.text(200, '{"version":"v2.0"}\n');
  if (!path.startsWith(`${apiBase}/`)) return refusePage(exchange);
  await audited(harbor, exchange, async () => {
    const isConfiguration = exchange.method === 'PUT' && path.startsWith(`${apiBase}/configurations`);
    if (exchange.isWrite && !isConfiguration && harbor.configuration.values.read_only) throw denied(readOnlyMessage);
    await router.find(exchange).handle(harbor, exchange);
  });
}

/** Whether the web framework, which looks for forms in what is written, can read the type of the body (beego 2.3.8, server/web/router.go). */
function isTypeReadable(exchange: Exchange): boolean {
  const type = exchange.header('content-type') ?? '';
  return type === '' || !['POST', 'PUT', 'PATCH'].includes(exchange.method) || mediaTypeOf(type) !== undefined;
}

/**
 * Refuses a query that cannot be read, before anything else is looked at.
 * @throws Refusal 400.
 */
function checkQuery({ request }: Exchange): void {
  const [, ...query] = (request.url ?? '').split('?');
  const text = query.join('?');
  if (text.includes(';')) throw badRequest('invalid semicolon separator in query');
  const wrong = /%(?![\da-f]{2}).{0,2}/i.exec(text)?.[0];
  if (wrong !== undefined) throw badRequest(`invalid URL escape ${JSON.stringify(wrong)}`);
}

function refuse(harbor: Harbor, exchange: Exchange, error: unknown): void {
  const { response } = exchange;
  // A client that went away, or an answer that broke off in the middle: there is nobody to tell.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (!(error instanceof Refusal)) harbor.warn(`${exchange.method} ${exchange.path}: ${String(error)}`);
  const { status, faults, headers } = error instanceof Refusal ? error : internalError();
  exchange.json(status, { errors: faults }, { ...challengeOf(exchange, status), ...headers });
}

/** What does not fit the API's description is refused with a challenge where no password came (go-openapi/runtime 0.32, middleware/context.go). */
function challengeOf(exchange: Exchange, status: number): Record<string, string> {
  const [, credentials = ''] = /^basic (.*)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  const hasPassword = Buffer.from(credentials, 'base64').includes(':');
  return status === 422 && !hasPassword ? { 'WWW-Authenticate': 'Basic realm="API"' } : {};
}
