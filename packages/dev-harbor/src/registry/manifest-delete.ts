import { audit } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { Refusal } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import { requireArtifactOf } from './manifest-pull.ts';
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
  const { repository, artifact } = requireArtifactOf(harbor, target.repository, target.reference);
  removeArtifact(harbor, repository, artifact);
  audit(harbor, exchange, project.id, {
    operation: 'delete',
    type: 'artifact',
    resource: formatArtifact(repository.name, artifact.digest),
  });
  exchange.empty(202);
}
