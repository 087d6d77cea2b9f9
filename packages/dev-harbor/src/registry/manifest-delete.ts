import { audit } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { notFound, Refusal } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import { removeArtifact } from './removal.ts';
import { explainDigest, formatArtifact } from './target.ts';

interface ManifestTarget {
  readonly repository: string;
  readonly reference: string;
}

/** Deletes an artifact by its digest; tags cannot be deleted this way. */
export function deleteManifest(harbor: Harbor, exchange: Exchange, project: Project, target: ManifestTarget): void {
  const problem = explainDigest(target.reference);
  if (problem !== undefined) throw new Refusal(400, [{ code: 'UNSUPPORTED', message: problem }]);
  const repository = harbor.repositories.byName(target.repository);
  const artifact = repository && harbor.artifacts.byDigest(repository.id, target.reference);
  const name = formatArtifact(target.repository, target.reference);
  if (repository === undefined || artifact === undefined) throw notFound(`artifact ${name} not found`);
  removeArtifact(harbor, repository, artifact);
  audit(harbor, exchange, project.id, { operation: 'delete', type: 'artifact', resource: name });
  exchange.empty(202);
}
