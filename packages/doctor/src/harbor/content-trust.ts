import type { Check, Finding } from '../check.ts';
import type { ProjectView } from './examinee.ts';

/** The check of the policy that keeps unsigned images from being pulled. */
export function contentTrustCheck(view: ProjectView): Check {
  return {
    id: 'content-trust',
    area: 'policies',
    title: 'content trust',
    matters: 'What is not signed cannot be pulled by anybody, the cluster included.',
    needs: ['project'],
    look: () => lookAtPolicy(view),
  };
}

async function lookAtPolicy({ details }: ProjectView): Promise<Finding> {
  const { signatureTools } = await details();
  if (signatureTools.length === 0) return { status: 'ok', seen: 'it is off: unsigned images are given out' };
  const seen = `images without a signature by ${signatureTools.join(' and by ')} are not given out (412)`;
  const facts = ['Harbor verifies nothing: any signature will do, and each image of an index needs its own'];
  if (!signatureTools.includes('notation')) return { status: 'ok', seen, facts };
  return {
    status: 'warning',
    seen,
    facts,
    advice:
      'Harbor Pilot signs as cosign does. Sign with notation as well, or take that policy from the project (Configuration).',
  };
}
