import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { pullCheck } from './content-pull.ts';
import { pushCheck } from './content-push.ts';
import { contentTrustCheck } from './content-trust.ts';
import { examineAs, type ProjectView } from './examinee.ts';
import { immutabilityCheck } from './immutability.ts';
import { permissionChecks } from './permissions.ts';
import { projectChecks } from './project.ts';
import { quotaCheck } from './quota.ts';
import { retentionCheck } from './retention.ts';
import { scannerChecks } from './scanner.ts';
import { serverChecks } from './server.ts';
import { vulnerabilityPolicyCheck } from './vulnerability-policy.ts';

/** The checks that need a project. */
const checksOfProject: readonly ((view: ProjectView) => Check | readonly Check[])[] = [
  projectChecks,
  permissionChecks,
  quotaCheck,
  immutabilityCheck,
  retentionCheck,
  scannerChecks,
  vulnerabilityPolicyCheck,
  contentTrustCheck,
  pushCheck,
  pullCheck,
];

/**
 * The checks of Harbor itself, of a project and of what may be done there. They need `registry-api`, and `login` when there
 * are credentials. Without a project only those of Harbor are made.
 */
export function harborChecks(context: DoctorContext): readonly Check[] {
  const view = examineAs(context);
  return [...serverChecks(context), ...(view === undefined ? [] : checksOfProject.flatMap((make) => make(view)))];
}
