import { formatBytes } from '@harbor-pilot/core';
import type { Check, Finding } from '../check.ts';
import { type ProjectView, unlessDenied } from './examinee.ts';

/** In percent of the limit. */
const muchUsed = 80;

/** The check of the project's storage. */
export function quotaCheck(view: ProjectView): Check {
  return {
    id: 'quota',
    area: 'project',
    title: 'storage quota',
    matters: 'A push that exceeds the quota is refused with its last byte, as 403.',
    needs: ['project'],
    look: () => unlessDenied(view, '"project: read"', () => lookAtQuota(view)),
  };
}

async function lookAtQuota({ project, context }: ProjectView): Promise<Finding> {
  const { usedBytes, limitBytes } = await context.harbor.quota(project);
  if (limitBytes === undefined)
    return { status: 'ok', seen: `${formatBytes(usedBytes)} are used, and there is no limit` };
  const percent = Math.floor((usedBytes / limitBytes) * 100);
  const finding = {
    seen: `${formatBytes(usedBytes)} of ${formatBytes(limitBytes)} are used (${percent} %)`,
    advice: 'Raise the storage quota of the project, or delete old images and run the garbage collection.',
  };
  if (usedBytes >= limitBytes) return { status: 'failed', code: 'QUOTA_EXCEEDED', ...finding };
  if (percent >= muchUsed) return { status: 'warning', ...finding };
  return { status: 'ok', seen: finding.seen };
}
