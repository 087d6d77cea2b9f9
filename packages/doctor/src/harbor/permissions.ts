import type { Check, Finding } from '../check.ts';
import type { ProjectView } from './examinee.ts';

interface Need {
  readonly id: string;
  readonly title: string;
  readonly matters: string;
  /** As Harbor names them, `resource: action`. */
  readonly permissions: readonly string[];
  /** The least role that has them (Harbor v2.15.2, src/common/rbac/project/rbac_role.go). */
  readonly role: string;
  /** Whether a delivery goes on without them. */
  readonly isDispensable?: boolean;
}

const needs: readonly Need[] = [
  {
    id: 'may-pull',
    title: 'permission to pull',
    matters: 'What was pushed is read again, to sign it and to judge it.',
    permissions: ['repository: pull'],
    role: 'limited guest',
  },
  {
    id: 'may-push',
    title: 'permission to push',
    matters: 'Without it the first upload is refused.',
    permissions: ['repository: push'],
    role: 'developer',
  },
  {
    id: 'may-scan',
    title: 'permission to scan',
    matters: 'The scan gate asks for a scan; without a scan there is no verdict.',
    permissions: ['scan: create'],
    role: 'maintainer',
  },
  {
    id: 'may-read-reports',
    title: 'permission to read reports',
    matters: 'The scan gate judges by the report.',
    permissions: ['artifact: read', 'artifact-addition: read'],
    role: 'limited guest',
  },
  {
    id: 'may-list-accessories',
    title: 'permission to list signatures',
    matters: 'After signing it is checked that Harbor lists the signature: its policies go by that list.',
    permissions: ['accessory: list'],
    role: 'limited guest',
  },
  {
    id: 'may-delete-tags',
    title: 'permission to delete tags',
    matters: 'A release deletes the tag under which the image waited for its scan.',
    permissions: ['tag: delete'],
    role: 'maintainer',
    isDispensable: true,
  },
];

const ofToken: readonly string[] = ['may-pull', 'may-push'];

/** The checks of what a delivery has to be allowed to do; of who only pulls nothing else is asked. */
export function permissionChecks(view: ProjectView): readonly Check[] {
  const wanted = view.context.mayPush ? needs : needs.filter(({ id }) => id === 'may-pull');
  return wanted.map((need) => ({
    id: need.id,
    area: 'project',
    title: need.title,
    matters: need.matters,
    // What a token lacks is told there.
    needs: ['project', ofToken.includes(need.id) ? 'token-scope' : 'login'],
    look: () => lookForPermissions(view, need),
  }));
}

async function lookForPermissions(view: ProjectView, need: Need): Promise<Finding> {
  const { account } = view;
  const granted = await view.permissions();
  const missing = need.permissions.filter((one) => !granted.has(one));
  if (missing.length === 0) return { status: 'ok', seen: `${account} has ${need.permissions.join(', ')}` };
  const finding = {
    seen: `${account} lacks ${missing.join(', ')} in the project "${view.project}"`,
    advice: adviceFor(view, need, missing),
  };
  return need.isDispensable === true
    ? { status: 'warning', ...finding }
    : { status: 'failed', code: 'AUTH_DENIED', ...finding };
}

function adviceFor({ kind, account }: ProjectView, { role }: Need, missing: readonly string[]): string {
  const permissions = missing.map((one) => `"${one}"`).join(' and ');
  if (kind === 'robot') return `Add ${permissions} to the permissions of ${account} (Robot Accounts, Edit).`;
  return `Give ${account} a role that has ${permissions}: ${role} at least (Members).`;
}
