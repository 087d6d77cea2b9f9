import { isSignedIn } from '../access/principal.ts';
import { tokenService } from '../access/tokens.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, denied, notFound, Refusal } from '../server/refusal.ts';
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
 * @throws Refusal 400 or 404 for what names no repository or manifest, 403 in read-only mode, 401 with a challenge.
 */
export function admit(harbor: Harbor, exchange: Exchange, target: Target | undefined): Project | undefined {
  requireNames(exchange, target);
  if (exchange.isWrite && harbor.configuration.values.read_only) throw denied(readOnlyMessage);
  const accesses = target === undefined ? undefined : accessesOf(exchange, target);
  if (target === undefined || accesses === undefined) {
    throw challenge('', `un-recognized request: ${exchange.method} ${exchange.path}`);
  }
  const projects = accesses.map(({ repository }) => harbor.projects.byName(projectNameOf(repository)));
  harbor.authorizer.endOutlivedToken(exchange, projects);
  if (target.kind === 'base' && !isSignedIn(exchange.principal)) {
    throw challenge(challengeOf(harbor, exchange, accesses), 'unauthorized');
  }
  if (target.kind === 'catalog' && !harbor.authorizer.mayOnSystem(exchange.principal, 'catalog:read')) {
    throw challenge('Basic realm="harbor"', 'unauthorized to list catalog');
  }
  const [project] = accesses.map((access) => admitTo(harbor, exchange, access, accesses));
  return project;
}

const projectNameOf = (repository: string): string => repository.split('/')[0] ?? '';

/** The repositories that a request names have to be in projects, and its reference to be like a tag or digest. */
function requireNames(exchange: Exchange, target: Target | undefined): void {
  if (target === undefined || target.kind === 'base' || target.kind === 'catalog') return;
  const hasReference = target.kind === 'manifest' || target.kind === 'referrers';
  if (hasReference && !/\w/.test(target.reference)) throw notFound('invalid reference format');
  for (const repository of [target.repository, sourceOf(exchange, target) ?? '/']) {
    if (!repository.includes('/')) throw badRequest(`bad request: invalid repository name: ${repository}`);
  }
}

/** The repository from which an upload is to take its blob. */
function sourceOf(exchange: Exchange, target: Target): string | undefined {
  return target.kind === 'uploads' || target.kind === 'upload' ? exchange.query.get('from') || undefined : undefined;
}

function admitTo(harbor: Harbor, exchange: Exchange, access: Access, all: readonly Access[]): Project {
  const { repository, action } = access;
  // Clients without credentials are sent to the token service even where nobody needs any: only then do they try.
  if (!exchange.isWrite && !exchange.header('authorization')) {
    throw challenge(challengeOf(harbor, exchange, all), 'authorize header needed to send HEAD to repository');
  }
  const name = projectNameOf(repository);
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

const actions: Readonly<Record<string, Action>> = {
  GET: 'pull',
  HEAD: 'pull',
  POST: 'push',
  PUT: 'push',
  PATCH: 'push',
  DELETE: 'delete',
};

/** What a request needs; undefined for a method that needs nothing Harbor knows. */
function accessesOf(exchange: Exchange, target: Target): Access[] | undefined {
  if (target.kind === 'base' || target.kind === 'catalog') return [];
  const action = actions[exchange.method];
  if (action === undefined) return undefined;
  const source = exchange.method === 'POST' ? sourceOf(exchange, target) : undefined;
  const access = { repository: target.repository, action };
  return source === undefined ? [access] : [access, { repository: source, action: 'pull' }];
}

/** Who came with credentials, even wrong ones, gets a Basic challenge; others are sent to the token service. */
function challengeOf(harbor: Harbor, exchange: Exchange, accesses: readonly Access[]): string {
  if (exchange.header('authorization')) return 'Basic realm="harbor"';
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
