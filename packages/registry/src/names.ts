import { PilotError } from '@harbor-pilot/core';
import { type Digest, isDigest, isTag } from '@harbor-pilot/oci';

/** The path of a repository as it goes into a URL. */
export function repositoryPath(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/');
}

/**
 * The path of a manifest; nothing but a tag or a digest gets into a URL.
 * @throws PilotError REFERENCE_INVALID when it is neither.
 */
export function manifestPath(repository: string, tagOrDigest: string): string {
  if (!isTag(tagOrDigest) && !isDigest(tagOrDigest)) {
    throw new PilotError('REFERENCE_INVALID', `"${tagOrDigest}" is neither a tag nor a digest`, {
      hint: 'A tag has letters, digits, ".", "_" and "-"; a digest looks like sha256: and 64 hexadecimal digits.',
    });
  }
  return `${repositoryPath(repository)}/manifests/${tagOrDigest}`;
}

/** How a manifest is written in messages, `acme/app:v1` or `acme/app@sha256:…`. */
export function manifestName(repository: string, tagOrDigest: string): string {
  return `${repository}${isDigest(tagOrDigest) ? '@' : ':'}${tagOrDigest}`;
}

/** The tag that lists referrers where there is no API for it (distribution spec 1.1.1, "Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  const [algorithm = '', hex = ''] = subject.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}
