import { asNumber, asObject, PilotError } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { requireObject } from './parsing.ts';
import { projectPath, repositoryPath } from './paths.ts';
import type { Harbor, ProjectQuota } from './types.ts';

/** Storage of a project, from its summary: a robot account may read that, but not `/quotas`. */
export async function getQuota(api: Api, project: string): Promise<ProjectQuota> {
  const what = `read the quota of the project ${project}`;
  const response = await api.call({
    method: 'GET',
    path: `${projectPath(project)}/summary`,
    what,
    expect: [200],
    project,
    permission: 'project: read',
  });
  const summary = requireObject(await response.json(), what);
  const quota = asObject(summary.quota);
  const limit = asNumber(asObject(quota?.hard)?.storage) ?? -1;
  return {
    usedBytes: asNumber(asObject(quota?.used)?.storage) ?? 0,
    // -1 means that there is none.
    ...(limit < 0 ? {} : { limitBytes: limit }),
    repositoryCount: asNumber(summary.repo_count) ?? 0,
  };
}

/** Whether there is such a repository; false when the account may not see it. */
export async function hasRepository(api: Api, project: string, repository: string): Promise<boolean> {
  const response = await api.call({
    method: 'GET',
    path: repositoryPath(project, repository),
    what: `look for the repository ${project}/${repository}`,
    expect: [200, 403, 404],
    project,
  });
  await response.discard();
  return response.status === 200;
}

/** A push that is about to begin. */
export interface PlannedPush {
  readonly project: string;
  /** Without the project. */
  readonly repository: string;
  /** Of all that the image consists of. */
  readonly totalBytes: number;
  /** Counts what the repository lacks; asked only when the answer matters. */
  missingBytes(): Promise<number>;
}

/** What is known of a push before its first byte. */
export type QuotaForecast =
  | { readonly outcome: 'fits' }
  /** What may be too much: other repositories of the project may have some of it, which costs nothing then. */
  | { readonly outcome: 'unclear'; readonly leftBytes: number; readonly missingBytes: number }
  /** The account may not read the quota, or the server is no Harbor. */
  | { readonly outcome: 'unknown'; readonly reason: PilotError };

/**
 * Compares what a push brings with what the project has left. Harbor counts a blob once for each project.
 * @throws PilotError QUOTA_EXCEEDED when the push is certain to fail.
 */
export async function checkQuota(harbor: Harbor, push: PlannedPush): Promise<QuotaForecast> {
  let quota: ProjectQuota;
  try {
    quota = await harbor.quota(push.project);
  } catch (error) {
    if (error instanceof PilotError) return { outcome: 'unknown', reason: error };
    throw error;
  }
  const { usedBytes, limitBytes } = quota;
  if (limitBytes === undefined || usedBytes + push.totalBytes <= limitBytes) return { outcome: 'fits' };
  const leftBytes = Math.max(0, limitBytes - usedBytes);
  const missingBytes = await push.missingBytes();
  if (missingBytes <= leftBytes) return { outcome: 'fits' };
  const sharedBytes = (await isAlone(harbor, push, quota)) ? 0 : usedBytes;
  if (missingBytes - sharedBytes <= leftBytes) return { outcome: 'unclear', leftBytes, missingBytes };
  const message = `${harbor.host}: ${useOf(push.project, quota)}, and ${missingBytes} bytes are missing there`;
  throw exceeded(message, harbor.host, push.project, quota);
}

/** Whether no other repository of the project can have some of the image. */
async function isAlone(harbor: Harbor, { project, repository }: PlannedPush, quota: ProjectQuota): Promise<boolean> {
  if (quota.usedBytes === 0) return true;
  return quota.repositoryCount === 1 && (await harbor.hasRepository(project, repository));
}

/** Adds to a failure of a registry what the project uses and may use, where the account may read it, and it does not say so yet. */
export async function explainQuota(harbor: Harbor, project: string, failure: PilotError): Promise<PilotError> {
  if (failure.details.limitBytes !== undefined) return failure;
  const quota = await harbor.quota(project).catch(() => undefined);
  if (quota === undefined) return failure;
  return exceeded(`${failure.message} (${useOf(project, quota)})`, harbor.host, project, quota);
}

function useOf(project: string, { usedBytes, limitBytes = -1 }: ProjectQuota): string {
  return `the project "${project}" uses ${usedBytes} of ${limitBytes} bytes`;
}

function exceeded(message: string, host: string, project: string, quota: ProjectQuota): PilotError {
  const { usedBytes, limitBytes = -1 } = quota;
  return new PilotError('QUOTA_EXCEEDED', message, {
    hint: 'Raise the storage quota of the project, or delete old images and run the garbage collection.',
    details: { host, project, usedBytes, limitBytes },
  });
}
