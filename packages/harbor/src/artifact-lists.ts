import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import {
  type HarborObject,
  parseOptionalDigest,
  parsePlatform,
  parseTime,
  requireDigest,
  requireObject,
} from './parsing.ts';
import { projectPath, repositoryPath } from './paths.ts';

/** What the list of a repository says of an artifact. */
export interface ListedArtifact {
  readonly digest: Digest;
  /** Of its manifest; empty when Harbor does not tell. */
  readonly mediaType: string;
  readonly tags: readonly string[];
  readonly pushedAt?: Date;
  /** The images in it by platform, `linux/arm64/v8`; of an image, itself. */
  readonly images: ReadonlyMap<string, Digest>;
}

/**
 * The artifacts of a repository, last pushed first, page by page: those that are tagged, or are in no index. A repository that
 * is not there has none. One that is pushed meanwhile may make another appear twice.
 */
export async function* listArtifacts(api: Api, project: string, repository: string): AsyncGenerator<ListedArtifact> {
  const what = `list the artifacts of ${project}/${repository}`;
  const path = `${repositoryPath(project, repository)}/artifacts?sort=-push_time&with_tag=true`;
  for await (const entry of api.list({ path, what, project, permission: 'artifact: list' })) {
    yield parseListed(requireObject(entry, what), what);
  }
}

/** Reads the artifacts of a repository, last pushed first, at most `limit`. A repository that is not there has none. */
export async function listRecentArtifacts(
  api: Api,
  project: string,
  repository: string,
  limit: number,
): Promise<readonly ListedArtifact[]> {
  const artifacts: ListedArtifact[] = [];
  for await (const artifact of listArtifacts(api, project, repository)) {
    if (artifacts.push(artifact) >= limit) break;
  }
  return artifacts;
}

/** The repositories of a project, without its name, page by page. */
export async function* listRepositories(api: Api, project: string): AsyncGenerator<string> {
  const what = `list the repositories of the project ${project}`;
  const path = `${projectPath(project)}/repositories?sort=name`;
  for await (const entry of api.list({ path, what, project, permission: 'repository: list' })) {
    const name = asString(requireObject(entry, what).name) ?? '';
    if (name.startsWith(`${project}/`)) yield name.slice(project.length + 1);
  }
}

function parseListed(object: HarborObject, what: string): ListedArtifact {
  const digest = requireDigest(object.digest, what);
  const children = asArray(object.references).map((child) => asObject(child) ?? {});
  const places =
    children.length > 0
      ? children.map((child) => [parsePlatform(child.platform), parseOptionalDigest(child.child_digest)] as const)
      : [[parsePlatform(object.extra_attrs), digest] as const];
  const pushedAt = parseTime(object.push_time);
  return {
    digest,
    mediaType: asString(object.manifest_media_type) ?? '',
    tags: asArray(object.tags).flatMap((tag) => asString(asObject(tag)?.name) ?? []),
    ...(pushedAt === undefined ? {} : { pushedAt }),
    images: new Map(
      places.flatMap(([platform, image]) =>
        platform === undefined || image === undefined ? [] : [[platform, image] as const],
      ),
    ),
  };
}
