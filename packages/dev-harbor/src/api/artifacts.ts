import { audit } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import { removeArtifact } from '../registry/removal.ts';
import { formatArtifact } from '../registry/target.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { flagQuery } from '../server/parameters.ts';
import type { Route } from '../server/router.ts';
import type { Accessory } from '../store/accessories.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';
import { artifactKeys, filterArtifacts, type Listed, latestOf } from './artifact-query.ts';
import { artifactViewOf, viewAccessory, viewArtifact } from './artifact-view.ts';
import { copyHere } from './copying.ts';
import { findProject, repositoryName, requireArtifact, requireArtifactForList } from './lookup.ts';

const base = '/projects/{project}/repositories/{repository}/artifacts';

/** Artifacts and what hangs on them. */
export const artifactRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/artifacts', handle: listOfProject, lists: true },
  { method: 'GET', pattern: base, handle: listOfRepository, lists: true },
  { method: 'POST', pattern: base, handle: copyHere },
  { method: 'GET', pattern: `${base}/{reference}`, handle: showArtifact, lists: true },
  { method: 'DELETE', pattern: `${base}/{reference}`, handle: deleteArtifact },
  { method: 'GET', pattern: `${base}/{reference}/accessories`, handle: listAccessories, lists: true },
];

async function listOfProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSignedIn(exchange);
  const project = harbor.authorizer.requireProject(exchange, 'artifact:list');
  const listed = harbor.repositories.ofProject(project.id).flatMap((repository) => listedIn(harbor, repository));
  if (flagQuery(exchange, 'latest_in_repository')) {
    return answerArtifacts(harbor, exchange, project, latestOf(listed, criteriaOf(exchange)), {});
  }
  await answerArtifacts(harbor, exchange, project, filterArtifacts(harbor, listed, criteriaOf(exchange)));
}

/** An unknown repository has no artifacts: that is no error here, nor is an unknown project to administrators. */
async function listOfRepository(harbor: Harbor, exchange: Exchange): Promise<void> {
  const project = findProject(harbor, exchange, 'artifact:list');
  const repository = harbor.repositories.byName(repositoryName(exchange));
  const listed = repository === undefined ? [] : listedIn(harbor, repository);
  await answerArtifacts(harbor, exchange, project, filterArtifacts(harbor, listed, criteriaOf(exchange)));
}

const listedIn = (harbor: Harbor, repository: Repository): Listed[] =>
  harbor.artifacts.ofRepository(repository.id).map((artifact) => ({ repository, artifact }));

async function answerArtifacts(
  harbor: Harbor,
  exchange: Exchange,
  project: Project | undefined,
  items: readonly Listed[],
  keys = artifactKeys,
): Promise<void> {
  if (project === undefined) return answerList(exchange, { items: [], keys: {}, view: () => undefined });
  const about = await artifactViewOf(harbor, project);
  const view = ({ repository, artifact }: Listed) => viewArtifact(harbor, exchange, about, repository, artifact);
  answerList(exchange, { items, keys, view, sort: '-push_time,-id' });
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
  id: ({ id }) => id,
  artifact_id: ({ artifactId }) => artifactId,
  subject_artifact_digest: ({ subject }) => subject,
  type: ({ type }) => type,
  size: ({ sizeBytes }) => sizeBytes,
  digest: ({ digest }) => digest,
  creation_time: ({ createdAt }) => createdAt,
};

function listAccessories(harbor: Harbor, exchange: Exchange): void {
  const { repository, artifact } = requireArtifactForList(harbor, exchange, 'accessory:list');
  const items = harbor.accessories.about(repository.id, artifact.digest);
  answerList(exchange, {
    items,
    keys: accessoryKeys,
    view: (accessory) => viewAccessory(repository, artifact, accessory),
  });
}
