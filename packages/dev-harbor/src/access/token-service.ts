import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { nameOf, type TokenAccess } from './principal.ts';
import { tokenService } from './tokens.ts';

/**
 * Answers `GET /service/token`. Who asks for a scope always gets a token; whether it allows anything is another matter.
 * Wrong credentials count as none, so a token proves nothing about them.
 */
export async function serveToken(harbor: Harbor, exchange: Exchange): Promise<void> {
  if (exchange.method !== 'GET') return exchange.text(405, 'Method Not Allowed\n');
  const service = exchange.query.get('service') ?? '';
  if (service !== tokenService) return exchange.text(400, `Unable to handle service: ${service}\n`);
  const scopes = exchange.query
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .filter((scope) => scope !== '');
  const { principal } = exchange;
  if (scopes.length === 0 && principal.kind === 'anonymous') return exchange.empty(401);
  const subject = principal.kind === 'anonymous' ? undefined : nameOf(principal);
  const access = scopes.flatMap((scope) => grant(harbor, exchange, scope));
  const lifetimeMinutes = harbor.configuration.values.token_expiration;
  exchange.json(200, {
    token: await harbor.tokens.issue(subject, access, lifetimeMinutes),
    access_token: '',
    expires_in: lifetimeMinutes * 60,
    issued_at: `${harbor.clock.now().toISOString().slice(0, 19)}Z`,
  });
}

/** Everything the sender may do there, whatever was asked for. */
function grant(harbor: Harbor, exchange: Exchange, scope: string): TokenAccess[] {
  const [type = '', ...rest] = scope.split(':');
  const name = rest.slice(0, -1).join(':');
  if (type === 'registry' && name === 'catalog') {
    return [{ type, name, actions: harbor.authorizer.isAdministrator(exchange.principal) ? ['*'] : [] }];
  }
  if (type !== 'repository' || !name.includes('/')) return [];
  const project = harbor.projects.byName(name.split('/')[0] ?? '');
  const known = ['pull', 'push', 'delete', ...(exchange.principal.kind === 'scanner' ? ['scanner-pull'] : [])];
  const actions = known.filter(
    (action) =>
      project !== undefined && harbor.authorizer.mayInProject(exchange.principal, `repository:${action}`, project),
  );
  return [{ type, name, actions }];
}
