import { PilotError } from '@harbor-pilot/core';
import type { Finding } from './check.ts';
import type { DeployAccount } from './context.ts';

/** What is to be pulled. */
export interface PullTarget {
  readonly project: string;
  /** `project/app`; the right to pull is all that is tried without it. */
  readonly repository?: string | undefined;
  /** The newest tag of an image when absent. */
  readonly tagOrDigest?: string | undefined;
}

/**
 * Pulls as some account: it is let in, it may pull from the project, and the manifest is given out.
 * @throws PilotError why it cannot
 */
export async function pullAs(account: DeployAccount, target: PullTarget): Promise<Finding> {
  const { project, repository, tagOrDigest } = target;
  await account.registry.ping();
  // What an account may do is the same in all repositories of a project.
  const actions = await account.registry.allowedActions(repository ?? `${project}/any`);
  const isGranted = actions?.includes('pull');
  if (isGranted === false) {
    throw new PilotError('AUTH_DENIED', `${account.username} may not pull from the project "${project}"`, {
      hint: 'Give it "repository: pull" there (Robot Accounts), or name an account that has it.',
    });
  }
  const pulled = repository === undefined ? undefined : await pullNewest(account, repository, tagOrDigest);
  if (pulled !== undefined) return { status: 'ok', seen: `${account.username} pulls ${pulled}` };
  const nothing =
    repository === undefined ? 'no repository was named' : `what there is to pull is not in ${repository} yet`;
  if (isGranted === true) return { status: 'ok', seen: `${account.username} may pull; ${nothing}` };
  return { status: 'skipped', seen: `the registry does not tell whether ${account.username} may pull, and ${nothing}` };
}

/** GET, since a HEAD that a policy refuses does not say why. undefined when there is nothing. */
async function pullNewest(
  account: DeployAccount,
  repository: string,
  tagOrDigest: string | undefined,
): Promise<string | undefined> {
  try {
    const reference = tagOrDigest ?? (await lastTag(account, repository));
    if (reference === undefined) return undefined;
    const { descriptor } = await account.registry.fetchManifest(repository, reference);
    return `${reference}: ${descriptor.digest}`;
  } catch (error) {
    if (error instanceof PilotError && error.code === 'REFERENCE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A tag of an image: neither a signature nor one that waits for its scan. */
async function lastTag({ registry }: DeployAccount, repository: string): Promise<string | undefined> {
  let last: string | undefined;
  for await (const tag of registry.listTags(repository)) {
    if (!/^(sha256-[0-9a-f]{64}|pilot-[0-9a-f]{12}$)/.test(tag)) last = tag;
  }
  return last;
}
