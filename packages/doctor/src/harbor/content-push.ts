import { randomBytes } from 'node:crypto';
import { formatBytes } from '@harbor-pilot/core';
import type { Check, Finding } from '../check.ts';
import type { ProjectView } from './examinee.ts';

const sizeBytes = 1000;

/** The check that sends something. */
export function pushCheck(view: ProjectView): Check {
  return {
    id: 'content-push',
    area: 'content',
    title: 'push of a small blob',
    matters: 'Proxies, storage and limits on the way show only when something is sent.',
    needs: view.context.mayPush ? ['may-push', 'read-only'] : [],
    look: () => tryPush(view),
  };
}

/** An upload that is given up goes all the way, and leaves no blob that counts for the quota until it is collected. */
async function tryPush({ context, project }: ProjectView): Promise<Finding> {
  if (!context.mayPush) return { status: 'skipped', seen: 'nothing may be pushed' };
  const repository = context.repository ?? `${project}/harbor-pilot-doctor`;
  const outcome = await context.registry.tryUpload(repository, randomBytes(sizeBytes));
  const seen = `${repository} takes ${formatBytes(sizeBytes)}`;
  if (outcome === 'removed')
    return { status: 'ok', seen: `${seen}; the upload was given up, and nothing is left of it` };
  return {
    status: 'ok',
    seen: `${seen}; the upload was given up`,
    facts: [
      'ending it takes "repository: delete", so an upload without an end stays: it counts for no quota, and Harbor purges it after a week (upload_purging)',
    ],
  };
}
