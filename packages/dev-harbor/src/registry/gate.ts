import { tokenService } from '../access/tokens.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, denied, Refusal } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import { registryHeaders } from './faults.ts';
import type { Target } from './target.ts';

type Action = 'pull' | 'push' | 'delete';

interface Access {
  readonly repository: string;
  readonly action: Action;
}

/** What clients are told when the server takes no changes. */
export const readOnlyMessage = 'The system is in read only mode. Any modification is prohibited.';

/**
 * Lets a request below /v2 pass, and gives the project it is about; none for the base path and the catalog.
 * @throws Refusal 400 for a repository without a project, 401 with a challenge, 403 in read-only mode.
 */
export function admit(harbor: Harbor, exchange: Exchange, target: Target | undefined): Project | undefined {
  if (target === undefined) throw challenge('', `un-recognized request: ${exchange.method} ${exchange.path}`);
  const accesses = accessesOf(exchange, target);
  for (const { repository } of accesses) {
    if (!repository.includes('/')) throw badRequest(`bad request: invalid repository name: ${repository}`);
  }
  if (target.kind === 'base' && exchange.principal.kind === 'anonymous') {
    throw challenge(challengeOf(harbor, exchange, accesses), 'unauthorized');
  }
  if (target.kind === 'catalog' && !harbor.authorizer.mayOnSystem(exchange.principal, 'catalog:read')) {
    throw challenge('Basic realm="harbor"', 'unauthorized to list catalog');
  }
  const [project] = accesses.map((access) => admitTo(harbor, exchange, access, accesses));
  if (exchange.isWrite && harbor.configuration.values.read_only) throw denied(readOnlyMessage);
  return project;
}

function admitTo(harbor: Harbor, exchange: Exchange, access: Access, all: readonly Access[]): Project {
  const { repository, action } = access;
  // Clients without credentials are sent to the token service even where nobody needs any: only then do they try.
  if (!exchange.isWrite && exchange.header('authorization') === undefined) {
    throw challenge(challengeOf(harbor, exchange, all), 'authorize header needed to send HEAD to repository');
  }
  const name = repository.split('/')[0] ?? '';
  const project = harbor.projects.byName(name);
  if (project === undefined) throw challenge('', `project ${name} not found`);
  if (!harbor.authorizer.mayInProject(exchange.principal, `repository:${action}`, project)) {
    throw challenge(
      challengeOf(harbor, exchange, all),
      `unauthorized to access repository: ${repository}, action: ${action}`,
    );
  }
  return project;
}

function accessesOf(exchange: Exchange, target: Target): Access[] {
  if (target.kind === 'base' || target.kind === 'catalog') return [];
  const action = exchange.method === 'DELETE' ? 'delete' : exchange.isWrite ? 'push' : 'pull';
  const accesses: Access[] = [{ repository: target.repository, action }];
  const from = exchange.query.get('from');
  if (target.kind === 'uploads' && exchange.query.has('mount') && from !== null) {
    accesses.push({ repository: from, action: 'pull' });
  }
  return accesses;
}

/** Who came with credentials, even wrong ones, gets a Basic challenge; others are sent to the token service. */
function challengeOf(harbor: Harbor, exchange: Exchange, accesses: readonly Access[]): string {
  if (exchange.header('authorization') !== undefined) return 'Basic realm="harbor"';
  const scope = accesses
    .map(({ repository, action }) => `repository:${repository}:${action === 'push' ? 'pull,push' : action}`)
    .join(' ');
  const origin = harbor.version.realmFollowsHost ? exchange.origin : harbor.externalUrl;
  const realm = `Bearer realm="${origin}/service/token",service="${tokenService}"`;
  return scope === '' ? realm : `${realm},scope="${scope}"`;
}

function challenge(header: string, message: string): Refusal {
  return new Refusal(401, [{ code: 'UNAUTHORIZED', message: `${message}: ${message}` }], {
    ...registryHeaders,
    'Www-Authenticate': header,
  });
}
