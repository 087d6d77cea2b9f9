import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { escapeHtml } from '../server/html.ts';
import { isSignedIn, nameOf, scannerActions, type TokenAccess } from './principal.ts';
import { tokenService } from './tokens.ts';

/**
 * Answers `GET /service/token`. Who asks for a scope always gets a token; whether it allows anything is another matter.
 * Wrong credentials count as none, so a token proves nothing about them.
 */
export async function serveToken(harbor: Harbor, exchange: Exchange): Promise<void> {
  if (exchange.method !== 'GET') return exchange.text(405, 'Method Not Allowed\n');
  const service = exchange.query.get('service') ?? '';
  if (service !== tokenService) return exchange.text(400, `Unable to handle service: ${escapeHtml(service)}`);
  const scopes = exchange.query
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .filter((scope) => scope !== '');
  const { principal } = exchange;
  // A scope that is empty counts here.
  if (!exchange.query.has('scope') && !isSignedIn(principal)) return exchange.empty(401);
  const subject = isSignedIn(principal) ? nameOf(principal) : undefined;
  const access = scopes.map((scope) => grant(harbor, exchange, scope));
  const lifetimeMinutes = harbor.configuration.values.token_expiration;
  exchange.json(200, {
    token: await harbor.tokens.issue(subject, access, lifetimeMinutes),
    access_token: '',
    expires_in: lifetimeMinutes * 60,
    issued_at: `${harbor.clock.now().toISOString().slice(0, 19)}Z`,
  });
}

/** Everything the sender may do there, whatever was asked for; of the catalog what was asked for, or nothing. */
function grant(harbor: Harbor, exchange: Exchange, scope: string): TokenAccess {
  const { type, name, asked } = parseScope(scope);
  if (type === 'registry' && name === 'catalog') {
    return { type, name, actions: harbor.authorizer.isAdministrator(exchange.principal) ? asked : [] };
  }
  const [namespace = '', repository] = name.split('/');
  const isRepository = type === 'repository' && repository !== undefined;
  const project = isRepository ? harbor.projects.byName(namespace) : undefined;
  if (project === undefined) return { type, name, actions: [] };
  const known = exchange.principal.kind === 'scanner' ? scannerActions : ['pull', 'push', 'delete'];
  const allowed = (action: string) =>
    harbor.authorizer.mayInProject(exchange.principal, `repository:${action}`, project);
  return { type, name, actions: known.filter(allowed) };
}

/** Reads `repository:acme/app:pull,push`. A name may have colons; only what has a third part asks for something. */
function parseScope(scope: string): { type: string; name: string; asked: string[] } {
  const [type = '', ...rest] = scope.split(':');
  const asked = rest.length > 1 ? (rest.pop() ?? '') : '';
  return { type, name: rest.join(':'), asked: asked === '' ? [] : asked.split(',') };
}
