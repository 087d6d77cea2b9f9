import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { copyArtifact } from '../registry/copy.ts';
import { findArtifact } from '../registry/manifest-pull.ts';
import { removeArtifact } from '../registry/removal.ts';
import { formatArtifact } from '../registry/target.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { badRequest, invalid } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Accessory } from '../store/accessories.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';
import { artifactViewOf, viewAccessory, viewArtifact } from './artifact-view.ts';
import { repositoryName, requireArtifact } from './lookup.ts';

const base = '/projects/{project}/repositories/{repository}/artifacts';

/** Artifacts and what hangs on them. */
export const artifactRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/artifacts', handle: listOfProject, lists: true },
  { method: 'GET', pattern: base, handle: listOfRepository, lists: true },
  { method: 'POST', pattern: base, handle: copy },
  { method: 'GET', pattern: `${base}/{reference}`, handle: showArtifact },
  { method: 'DELETE', pattern: `${base}/{reference}`, handle: deleteArtifact },
  { method: 'GET', pattern: `${base}/{reference}/accessories`, handle: listAccessories, lists: true },
];

interface Listed {
  readonly repository: Repository;
  readonly artifact: Artifact;
}

async function listOfProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const project = harbor.authorizer.requireNamedProject(exchange, 'artifact:list');
  await answerArtifacts(harbor, exchange, project, harbor.repositories.ofProject(project.id));
}

/** An unknown repository has no artifacts: that is no error here. */
async function listOfRepository(harbor: Harbor, exchange: Exchange): Promise<void> {
  const project = harbor.authorizer.requireNamedProject(exchange, 'artifact:list');
  const repository = harbor.repositories.byName(repositoryName(exchange));
  await answerArtifacts(harbor, exchange, project, repository === undefined ? [] : [repository]);
}

async function answerArtifacts(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  repositories: readonly Repository[],
): Promise<void> {
  const wantsChildren = (exchange.query.get('q') ?? '').includes('base=*');
  const items = repositories.flatMap((repository) =>
    harbor.artifacts
      .ofRepository(repository.id)
      .filter((artifact) => harbor.accessories.ofArtifact(artifact.id) === undefined)
      .filter(({ id }) => wantsChildren || !harbor.artifacts.isChild(id) || harbor.tags.ofArtifact(id).length > 0)
      .map((artifact) => ({ repository, artifact })),
  );
  const about = await artifactViewOf(harbor, project);
  const view = ({ repository, artifact }: Listed) => viewArtifact(harbor, exchange, about, repository, artifact);
  answerList(exchange, { items, keys: keysOf(harbor), view, sort: '-push_time' });
}

/** `tags=*` and `tags=nil` ask whether there are tags at all, so these words are among the values. */
function keysOf(harbor: Harbor): Keys<Listed> {
  const tagsOf = ({ artifact }: Listed): string[] => {
    const names = harbor.tags.ofArtifact(artifact.id).map(({ name }) => name);
    return names.length === 0 ? ['nil'] : ['*', ...names];
  };
  return {
    tags: tagsOf,
    labels: ({ artifact }) => harbor.labels.ofArtifact(artifact.id).map(({ id }) => id),
    digest: ({ artifact }) => artifact.digest,
    type: ({ artifact }) => artifact.type,
    media_type: ({ artifact }) => artifact.mediaType,
    size: ({ artifact }) => artifact.sizeBytes,
    push_time: ({ artifact }) => `${artifact.pushedAt} ${String(artifact.id).padStart(12, '0')}`,
    pull_time: ({ artifact }) => artifact.pulledAt,
  };
}

async function showArtifact(harbor: Harbor, exchange: Exchange): Promise<void> {
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'artifact:read');
  exchange.json(200, viewArtifact(harbor, exchange, await artifactViewOf(harbor, project), repository, artifact));
}

function deleteArtifact(harbor: Harbor, exchange: Exchange): void {
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'artifact:delete');
  removeArtifact(harbor, repository, artifact);
  const resource = formatArtifact(repository.name, artifact.digest);
  audit(harbor, exchange, project.id, { operation: 'delete', type: 'artifact', resource });
  exchange.empty(200);
}

const accessoryKeys: Keys<Accessory> = {
  type: ({ type }) => type,
  digest: ({ digest }) => digest,
  artifact_id: ({ artifactId }) => artifactId,
  size: ({ sizeBytes }) => sizeBytes,
  creation_time: ({ createdAt }) => createdAt,
};

function listAccessories(harbor: Harbor, exchange: Exchange): void {
  const { repository, artifact } = requireArtifact(harbor, exchange, 'accessory:list');
  const items = harbor.accessories.about(repository.id, artifact.digest);
  answerList(exchange, {
    items,
    keys: accessoryKeys,
    view: (accessory) => viewAccessory(repository, artifact, accessory),
  });
}

/** Copies an artifact of another repository here: by tag with this tag, by digest with all its tags. */
function copy(harbor: Harbor, exchange: Exchange): void {
  const from = exchange.query.get('from');
  if (from === null) throw invalid('from in query is required');
  const project = harbor.authorizer.requireNamedProject(exchange, 'artifact:create');
  const [, name = '', mark = '', reference = ''] = /^([^:@]+)(?:([:@])(.+))?$/.exec(from) ?? [];
  const sourceProject = harbor.projects.byName(name.split('/')[0] ?? '');
  if (sourceProject !== undefined) harbor.authorizer.requireIn(exchange, sourceProject, 'artifact:read');
  const source = harbor.repositories.byName(name);
  const artifact = source && findArtifact(harbor, source, reference);
  if (source === undefined || artifact === undefined) throw badRequest(`artifact ${from} not found`);
  const tags = mark === '@' ? harbor.tags.ofArtifact(artifact.id).map((tag) => tag.name) : [reference];
  copyArtifact(harbor, { source, artifact, project, repository: repositoryName(exchange), tags, now: timeOf(harbor) });
  const path = encodeURIComponent(exchange.parameter('repository'));
  exchange.created(`${apiBase}/projects/${project.name}/repositories/${path}/artifacts/${reference}`);
}
