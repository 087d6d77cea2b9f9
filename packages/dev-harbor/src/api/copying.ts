import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { copyArtifact, requireRoomForCopy } from '../registry/copy.ts';
import { findArtifact } from '../registry/manifest-pull.ts';
import { digestProblem, formatArtifact, repositoryPattern } from '../registry/target.ts';
import type { Exchange } from '../server/exchange.ts';
import { requiredQuery } from '../server/parameters.ts';
import { badRequest, denied, notFound } from '../server/refusal.ts';
import { apiBase } from '../server/router.ts';
import { repositoryName } from './lookup.ts';

/**
 * Copies an artifact of another repository here, with all its tags. The quota is looked after before anything else: an unknown
 * project or source is told even to those who may not copy.
 * @throws Refusal 400, 401, 403, 404, 412 or 422.
 */
export function copyHere(harbor: Harbor, exchange: Exchange): void {
  const { authorizer } = harbor;
  const name = exchange.parameter('project');
  const known = harbor.projects.byName(name);
  if (known === undefined) throw notFound(`project ${name} not found`);
  const from = requiredQuery(exchange, 'from');
  const wanted = parseSource(from);
  const source = wanted && harbor.repositories.byName(wanted.repository);
  const artifact = wanted && source && findArtifact(harbor, source, wanted.reference);
  if (wanted !== undefined && artifact === undefined) throw badRequest(`artifact ${from} not found`);
  if (artifact !== undefined) requireRoomForCopy(harbor, known, artifact);
  const project = authorizer.requireNamedProject(exchange, 'artifact:create');
  if (wanted === undefined || source === undefined || artifact === undefined) {
    throw badRequest(`invalid input: ${from}`);
  }
  const owner = harbor.projects.byId(source.projectId);
  if (owner !== undefined) authorizer.requireIn(exchange, owner, 'artifact:read');
  if (harbor.accessories.ofArtifact(artifact.id) !== undefined) {
    throw denied("the operation isn't supported for an artifact accessory");
  }
  const target = repositoryName(exchange);
  // What the registry behind Harbor answers for a name that it cannot have.
  if (!isRepository.test(target)) throw notFound('http status code: 404, body: 404 page not found\n');
  const made = copyArtifact(harbor, { source, artifact, project, repository: target, now: timeOf(harbor) });
  const [first] = harbor.tags.ofArtifact(artifact.id);
  audit(harbor, exchange, project.id, {
    operation: 'create',
    type: 'artifact',
    resource: formatArtifact(target, first?.name ?? artifact.digest),
    description: `push artifact: ${formatArtifact(target, artifact.digest)}`,
  });
  harbor.scanJobs.onPush(project, target, made);
  const path = encodeURIComponent(exchange.parameter('repository'));
  exchange.created(`${apiBase}/projects/${name}/repositories/${path}/artifacts/${wanted.reference}`);
}

const isRepository = new RegExp(`^${repositoryPattern}$`);
const source = new RegExp(
  `^${repositoryPattern}(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

/** `acme/app:v1` or `acme/app@sha256:…`; undefined for what is neither. */
function parseSource(text: string): { readonly repository: string; readonly reference: string } | undefined {
  const [, repository, tag = '', digest] = source.exec(text) ?? [];
  if (repository === undefined || (digest !== undefined && digestProblem(digest) !== undefined)) return undefined;
  return { repository, reference: digest ?? tag };
}
