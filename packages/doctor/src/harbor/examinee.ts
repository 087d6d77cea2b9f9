import { PilotError } from '@harbor-pilot/core';
import type { ProjectDetails } from '@harbor-pilot/harbor';
import { isRobot } from '@harbor-pilot/http';
import type { Finding } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** The account of an examination. */
export interface Examiner {
  /** For people: `jo`, `robot$acme+ci`, `nobody`. */
  readonly account: string;
  readonly kind: 'nobody' | 'robot' | 'user';
}

/** The project of an examination as its account sees it; what is read once is kept for the checks that come later. */
export interface ProjectView extends Examiner {
  readonly context: DoctorContext;
  readonly project: string;
  /** Repository without the project; undefined when the user named none. */
  readonly name: string | undefined;
  /** undefined when the account does not see the project. */
  find(): Promise<ProjectDetails | undefined>;
  /** The project, for checks that need `project`. */
  details(): Promise<ProjectDetails>;
  /** What the account may do there, `scan: create`; for who has signed in. */
  permissions(): Promise<ReadonlySet<string>>;
}

/** Who examines. */
export function examinerOf({ credentials }: DoctorContext): Examiner {
  if (credentials === undefined) return { account: 'nobody', kind: 'nobody' };
  return { account: credentials.username, kind: isRobot(credentials) ? 'robot' : 'user' };
}

/** The view of the project that the user named; undefined when he named none. */
export function examineAs(context: DoctorContext): ProjectView | undefined {
  const { project, repository, harbor } = context;
  if (project === undefined) return undefined;
  const find = once(() => harbor.findProject(project));
  const details = async () => (await find()) ?? unseen(project);
  const permissions = once(async () => {
    const granted = await harbor.permissions((await details()).id);
    return new Set(granted.map(({ resource, action }) => `${resource}: ${action}`));
  });
  return {
    ...examinerOf(context),
    context,
    project,
    name: repository?.slice(project.length + 1),
    find,
    details,
    permissions,
  };
}

function unseen(project: string): never {
  throw new PilotError(
    'PROJECT_UNAVAILABLE',
    `the project "${project}" does not exist, or the account may not see it`,
    {
      hint: 'Check the name of the project, and that the account is a member of it or a robot account of it.',
    },
  );
}

/** Asks once, and again only after a failure. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

/**
 * What a reading finds; skipped, with what it takes, when the account may not read that: it is a fact about the account,
 * and nothing that a delivery needs.
 */
export async function unlessDenied(
  { account, kind }: Examiner,
  permission: string,
  look: () => Promise<Finding>,
): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    const isDenied = error instanceof PilotError && ['AUTH_DENIED', 'AUTH_FAILED'].includes(error.code);
    if (!isDenied) throw error;
    return {
      status: 'skipped',
      seen:
        kind === 'nobody'
          ? `who signs in may read that, with ${permission}`
          : `${account} may not read that: it takes ${permission}`,
      advice: 'Examine it with an account that may, or look in Harbor.',
    };
  }
}
