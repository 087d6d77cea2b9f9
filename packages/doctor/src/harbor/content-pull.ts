import type { Check, Finding } from '../check.ts';
import { pullAs } from '../pull-as.ts';
import type { ProjectView } from './examinee.ts';

/** The check that pulls as the cluster will. */
export function pullCheck(view: ProjectView): Check {
  return {
    id: 'content-pull',
    area: 'content',
    title: 'pull by the account of the cluster',
    matters: 'An image that the account of the cluster cannot pull ends as ImagePullBackOff.',
    needs: ['project'],
    look: () => tryPull(view),
  };
}

async function tryPull({ context, project }: ProjectView): Promise<Finding> {
  const { deploy, repository, tagOrDigest } = context;
  if (deploy === undefined) return { status: 'skipped', seen: 'no account of the cluster was named' };
  return pullAs(deploy, { project, repository, tagOrDigest });
}
