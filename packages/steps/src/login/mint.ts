import { randomBytes } from 'node:crypto';
import { formatTime, PilotError } from '@harbor-pilot/core';
import type { Harbor, NewRobot, RobotAccess } from '@harbor-pilot/harbor';
import { parseReference } from '@harbor-pilot/oci';
import { kebabName, type OutputValues, type Runtime } from '@harbor-pilot/step-kit';
import { refuseForks } from '../forks.ts';
import { logoutStepInputs } from '../logout/inputs.ts';
import type { Account } from './accounts.ts';
import { openBroker } from './broker.ts';
import type { loginStepOutputs } from './inputs.ts';
import { nameJob } from './job-robot.ts';
import { accessOf } from './permissions.ts';
import { addRobotNote } from './robot-notes.ts';
import { type RobotPreset, robotPresets } from './robot-presets.ts';
import type { LoginValues } from './sign-in.ts';
import { sweepLeftovers } from './sweep.ts';

/** Harbor counts in days; deleting the account is what ends it. */
const durationDays = 1;

/** A robot account that was made for this job. It is deleted when the step fails, and by `logout`. */
export interface JobRobot {
  readonly account: Account;
  /** Leaves it to the job, and deletes what jobs before have left. Gives back the outputs. */
  keep(folder: string): Promise<RobotOutputs>;
}

type RobotOutputs = Pick<OutputValues<typeof loginStepOutputs>, 'username' | 'robotId' | 'expiresAt'>;

/**
 * Makes a robot account for this job, with the rights of its kind in the named projects and none besides.
 * @throws PilotError INPUT_INVALID, FORK_REFUSED, AUTH_DENIED, AUTH_FAILED, ROBOT_REFUSED, PROJECT_UNAVAILABLE: nothing was
 *   changed then.
 */
export async function mintRobot(values: LoginValues, host: string, runtime: Runtime): Promise<JobRobot> {
  const preset = presetOf(values);
  const projects = projectsOf(values);
  const access = accessOf(preset);
  if (access.some(({ action }) => action === 'push')) await refuseForks('login', values.allowForks, runtime);
  const harbor = await openBroker(values, host, runtime);
  const { id, name, secret, createdAt, expiresAt } = await make(harbor, projects, access, runtime);
  runtime.mask(secret);
  let isKept = false;
  runtime.onCleanup(async () => {
    if (!isKept) await harbor.deleteRobot(id);
  });
  if (values.logout) runtime.logOutAfterJob(inputsOfLogout(values, host, id));
  runtime.signal.throwIfAborted();
  const rights = access.map(({ resource, action }) => `${resource}: ${action}`).join(', ');
  runtime.info(`made the robot account ${name} for this job; in ${projects.join(', ')} it may ${rights}`);
  const until = expiresAt === undefined ? '' : ` Undeleted, it expires ${formatTime(expiresAt)}.`;
  runtime.info(
    `  ${whoDeletes(values, runtime)} Tokens that it got before are good for up to 30 minutes more.${until}`,
  );
  const keep = async (folder: string): Promise<RobotOutputs> => {
    await addRobotNote(folder, { registry: host, id });
    isKept = true;
    const now = (createdAt ?? runtime.clock.now()).getTime();
    const before = new Date(now - values.robotSweepAfter * 1000);
    const broker = { username: values.brokerUsername, warningDays: values.expiryWarningDays };
    await sweepLeftovers(harbor, projects, { before, broker, runtime });
    return { username: name, robotId: String(id), expiresAt: expiresAt?.toISOString() };
  };
  return { account: { host, username: name, password: secret }, keep };
}

function presetOf({ robotPreset }: LoginValues): RobotPreset {
  if (robotPreset !== undefined) return robotPreset;
  throw new PilotError('INPUT_INVALID', 'the input "robot-preset" is missing', {
    hint: `Choose what the robot account of the job may do: ${robotPresets.join(', ')}.`,
  });
}

function projectsOf({ robotProjects, image, registry }: LoginValues): readonly string[] {
  if (robotProjects.length > 0) return [...new Set(robotProjects)];
  const [project, ...rest] = image === undefined ? [] : parseReference(image, registry).repository.split('/');
  if (project !== undefined && rest.length > 0) return [project];
  throw new PilotError('INPUT_INVALID', 'no project is given for the robot account of the job', {
    hint: 'Give robot-projects, or the image.',
  });
}

/** One project has robot accounts of its own; for several it takes one of the system. */
function make(
  harbor: Harbor,
  projects: readonly string[],
  access: readonly RobotAccess[],
  runtime: Runtime,
): Promise<NewRobot> {
  const { stem, description } = nameJob(runtime);
  const wish = { name: `${stem}-${randomBytes(4).toString('hex')}`, description, durationDays };
  const [project] = projects;
  if (projects.length === 1 && project !== undefined) return harbor.createRobot({ ...wish, project, access });
  const permissions = projects.map((namespace) => ({ kind: 'project', namespace, access }) as const);
  return harbor.createSystemRobot({ ...wish, permissions });
}

function whoDeletes({ logout }: LoginValues, { name }: Runtime): string {
  return name === 'github' && logout
    ? 'It is deleted when the job ends.'
    : 'Have "harbor-pilot logout" delete it when the job ends.';
}

/** What the part at the end of the job needs, as it is now: files may change until then. */
function inputsOfLogout(values: LoginValues, host: string, id: number): Readonly<Record<string, string>> {
  const given: Readonly<Record<string, unknown>> = { ...values, registry: host, robotId: id };
  const plain = Object.entries(logoutStepInputs).filter(([name, { kind }]) => kind !== 'secret' && name !== 'config');
  return Object.fromEntries(
    plain.flatMap(([name]) => (given[name] === undefined ? [] : [[kebabName(name), String(given[name])]])),
  );
}
