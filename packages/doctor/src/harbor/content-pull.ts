import { PilotError } from '@harbor-pilot/core';
import type { Check, Finding } from '../check.ts';
import type { DeployAccount } from '../context.ts';
import type { ProjectView } from './examinee.ts';

/** The check that pulls as the cluster will. */
export function pullCheck(view: ProjectView): readonly Check[] {
  return [
    {
      id: 'content-pull',
      area: 'content',
      title: 'pull by the account of the cluster',
      matters: 'An image that the account of the cluster cannot pull ends as ImagePullBackOff.',
      needs: ['project'],
      look: () => tryPull(view),
    },
  ];
}

async function tryPull({ context, project }: ProjectView): Promise<Finding> {
  const { deploy, repository } = context;
  if (deploy === undefined) return { status: 'skipped', seen: 'no account of the cluster was named' };
  await deploy.registry.ping();
  // What an account may do is the same in all repositories of a project.
  const actions = await deploy.registry.allowedActions(repository ?? `${project}/any`);
  if (actions !== undefined && !actions.includes('pull')) {
    return {
      status: 'failed',
      code: 'AUTH_DENIED',
      seen: `${deploy.username} may not pull from the project "${project}"`,
      advice: 'Give it "repository: pull" there (Robot Accounts), or name an account that has it.',
    };
  }
  if (repository === undefined)
    return { status: 'ok', seen: `${deploy.username} may pull, and no repository was named` };
  const pulled = await pullNewest(deploy, repository, context.tagOrDigest);
  if (pulled !== undefined) return { status: 'ok', seen: `${deploy.username} pulls ${pulled}` };
  return { status: 'ok', seen: `${deploy.username} may pull; what there is to pull is not in ${repository} yet` };
}

/** GET, since a HEAD that a policy refuses does not say why. undefined when there is nothing. */
async function pullNewest(
  deploy: DeployAccount,
  repository: string,
  tagOrDigest: string | undefined,
): Promise<string | undefined> {
  try {
    const reference = tagOrDigest ?? (await lastTag(deploy, repository));
    if (reference === undefined) return undefined;
    const { descriptor } = await deploy.registry.fetchManifest(repository, reference);
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
