import type { ProjectDetails } from '@harbor-pilot/harbor';
import type { Check, Finding } from '../check.ts';
import type { ProjectView } from './examinee.ts';

/** Roles by Harbor's number. */
const roles: Readonly<Record<number, string>> = {
  1: 'project administrator',
  2: 'developer',
  3: 'guest',
  4: 'maintainer',
  5: 'limited guest',
};

/** The checks of a project and the account's place in it. */
export function projectChecks(view: ProjectView): readonly Check[] {
  return [
    {
      id: 'project',
      area: 'project',
      title: `project ${view.project}`,
      matters: 'A project is not made by a push: it has to be there, and to be open to the account.',
      needs: ['harbor-api'],
      look: async () => {
        const details = await view.find();
        return details === undefined ? explainUnseen(view) : describe(details, view.context.mayPush);
      },
    },
    {
      id: 'project-role',
      area: 'project',
      title: 'role in the project',
      matters: 'What a user may do comes with the role; a robot account has permissions in its place.',
      needs: ['project'],
      look: () => lookAtRole(view),
    },
  ];
}

function describe({ isPublic, isProxyCache }: ProjectDetails, mayPush: boolean): Finding {
  const kind = isPublic ? 'public' : 'private';
  if (!isProxyCache) return { status: 'ok', seen: `it is there, ${kind}` };
  const seen = `it is there, ${kind}, and caches another registry`;
  if (!mayPush) return { status: 'ok', seen };
  return {
    status: 'failed',
    code: 'PROJECT_IS_PROXY',
    seen: `${seen}: it takes no pushes`,
    advice: 'Push to an ordinary project.',
  };
}

/**
 * Says why a project is not seen. The members API tells administrators of the system 404, nobody 401, and all others 403,
 * for a project that is missing as for one that is closed to them; a HEAD of the projects tells these two apart
 * (observed on 2.12 to 2.15).
 */
async function explainUnseen({ project, account, kind, context }: ProjectView): Promise<Finding> {
  const { status } = await context.harbor.members(project);
  const unavailable = { status: 'failed', code: 'PROJECT_UNAVAILABLE' } as const;
  if (status === 401) {
    return {
      status: 'failed',
      code: 'AUTH_FAILED',
      seen: `there is no public project "${project}"; whether there is a private one, Harbor tells only to who signs in (401)`,
      advice: 'Give the inputs "username" and "password"; for CI, those of a robot account of the project.',
    };
  }
  const isThere = status === 200 || (status === 403 && (await context.harbor.isProjectThere(project)));
  if (isThere) {
    return {
      ...unavailable,
      seen: `the project "${project}" is there, but closed to ${account} (403)`,
      advice:
        kind === 'robot'
          ? 'The robot account belongs to another project. Make one in this project (Robot Accounts), or a robot account of the system that covers it.'
          : `Have an administrator of the project make ${account} a member of it (Members), as developer at least.`,
    };
  }
  return {
    ...unavailable,
    seen: `there is no project "${project}"`,
    facts: [
      status === 404
        ? 'Harbor says so (404) to administrators of the system alone; others are told 403, as for a project that is closed to them'
        : 'Harbor answers 403, which it does for a project that is closed to the account, too; but it knows no such name',
    ],
    advice: 'Correct the first part of the repository, or create the project (Projects, New Project).',
  };
}

async function lookAtRole(view: ProjectView): Promise<Finding> {
  const { kind, account } = view;
  if (kind === 'nobody') return { status: 'skipped', seen: 'nobody has a role: no credentials are given' };
  const permissions = await view.permissions();
  if (kind === 'robot') return { status: 'ok', seen: `${account} is a robot account`, facts: [listOf(permissions)] };
  const { role } = await view.details();
  if (role !== undefined) return { status: 'ok', seen: `${account} is ${roles[role] ?? `in the role ${role}`}` };
  // Administrators of the system may do everything everywhere, and have a role only where they are members.
  if (permissions.has('member: create')) {
    return { status: 'ok', seen: `${account} is no member, but an administrator of the system` };
  }
  return {
    status: 'warning',
    seen: `${account} is no member, and may do what everybody may in a public project`,
    advice: `Make ${account} a member of the project (Members), as developer at least.`,
  };
}

/** `it may: artifact: read; repository: pull, push`. A robot account cannot look that up elsewhere. */
function listOf(permissions: ReadonlySet<string>): string {
  const byResource = Map.groupBy([...permissions].sort(), (permission) => permission.split(': ')[0] ?? '');
  const lines = [...byResource].map(
    ([resource, all]) => `${resource}: ${all.map((one) => one.slice(resource.length + 2)).join(', ')}`,
  );
  return `it may: ${lines.join('; ') || 'nothing'}`;
}
