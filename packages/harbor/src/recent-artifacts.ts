import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type Digest, formatPlatform } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import { type HarborObject, parseOptionalDigest, parseTime, requireDigest, requireObject } from './parsing.ts';
import { repositoryPath } from './paths.ts';

/** What the list of a repository says of an artifact. */
export interface ListedArtifact {
  readonly digest: Digest;
  readonly tags: readonly string[];
  readonly pushedAt?: Date;
  /** The images in it by platform, `linux/arm64/v8`; of an image, itself. */
  readonly images: ReadonlyMap<string, Digest>;
}

/** Reads the artifacts of a repository, last pushed first, at most `limit`. A repository that is not there has none. */
export async function listRecentArtifacts(
  api: Api,
  project: string,
  repository: string,
  limit: number,
): Promise<readonly ListedArtifact[]> {
  const what = `list the artifacts of ${project}/${repository}`;
  const path = `${repositoryPath(project, repository)}/artifacts?sort=-push_time&with_tag=true`;
  const artifacts: ListedArtifact[] = [];
  for await (const entry of api.list({ path, what, project, permission: 'artifact: list' })) {
    if (artifacts.length >= limit) break;
    artifacts.push(parseListed(requireObject(entry, what), what));
  }
  return artifacts;
}

function parseListed(object: HarborObject, what: string): ListedArtifact {
  const digest = requireDigest(object.digest, what);
  const children = asArray(object.references).map((child) => asObject(child) ?? {});
  const places =
    children.length > 0
      ? children.map(
          (child) => [platformOf(asObject(child.platform)), parseOptionalDigest(child.child_digest)] as const,
        )
      : [[platformOf(asObject(object.extra_attrs)), digest] as const];
  const pushedAt = parseTime(object.push_time);
  return {
    digest,
    tags: asArray(object.tags).flatMap((tag) => asString(asObject(tag)?.name) ?? []),
    ...(pushedAt === undefined ? {} : { pushedAt }),
    images: new Map(
      places.flatMap(([platform, image]) =>
        platform === undefined || image === undefined ? [] : [[platform, image] as const],
      ),
    ),
  };
}

function platformOf(object: HarborObject | undefined): string | undefined {
  const [os, architecture, variant] = [object?.os, object?.architecture, object?.variant].map(asString);
  if (!os || !architecture) return undefined;
  return formatPlatform({ os, architecture, ...(variant ? { variant } : {}) });
}
