import { resolve } from 'node:path';
import { formatTime } from '@harbor-pilot/core';
import type { Harbor, NewRobot, Robot } from '@harbor-pilot/harbor';
import { parseHost } from '@harbor-pilot/oci';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { openRegistries } from '../connect.ts';
import { missingCredentials } from '../login/missing-credentials.ts';
import { parseRobotName } from '../robot-name.ts';
import { findGenerations, type Generations, isOlder } from './generations.ts';
import type { rotateRobotInputs, rotateRobotOutputs } from './inputs.ts';
import { openSecretFile, type SecretFile } from './secret-file.ts';

const daySeconds = 86_400;

type RotateValues = InputValues<typeof rotateRobotInputs>;

/** What a rotation is done with. */
interface Rotation {
  readonly values: RotateValues;
  readonly host: string;
  readonly harbor: Harbor;
  readonly runtime: Runtime;
  /** Has the registry check an account. */
  prove(username: string, password: string): Promise<void>;
}

/** Runs the command `robots rotate`. Safe to run again at any time: it does what is due. */
export async function runRotateRobot(
  values: RotateValues,
  runtime: Runtime,
): Promise<OutputValues<typeof rotateRobotOutputs>> {
  const { project } = parseRobotName(values.robot);
  const rotation = await prepare(values, runtime);
  const now = runtime.clock.now();
  const found = findGenerations(values.robot, await rotation.harbor.robots(project));
  const { current } = found;
  const isFree = await deleteBefore(found, rotation, now);
  if (!isFree || !isOlder(current, values.everyDays * daySeconds, now)) {
    runtime.info(
      `${current.name} is the one to use, made ${current.createdAt === undefined ? 'some time ago' : formatTime(current.createdAt)}`,
    );
    return { username: current.name, rotated: 'false' };
  }
  const file = await openSecretFile(resolve(runtime.workspace, values.out));
  runtime.onCleanup(() => file.close());
  const username = values.inPlace ? await renew(current, file, rotation) : await succeed(found, file, rotation);
  return { username, rotated: 'true' };
}

async function prepare(values: RotateValues, runtime: Runtime): Promise<Rotation> {
  const host = parseHost(values.registry);
  const registries = await openRegistries(values, host, runtime);
  const credentials = registries.credentialsFor(host);
  if (credentials === undefined) throw await missingCredentials(host, values.username, runtime);
  const { createHarbor } = await import('@harbor-pilot/harbor');
  const prove = async (username: string, password: string): Promise<void> => {
    const asRobot = await openRegistries({ ...values, username, password }, host, runtime);
    await asRobot.registryFor(host).ping();
    runtime.info(`${host} accepts ${username}`);
  };
  const harbor = createHarbor({ http: registries.http, host, credentials, plainHttp: values.plainHttp });
  return { values, host, harbor, runtime, prove };
}

/** Deletes those before the current one when their time is over; false while it is not. */
async function deleteBefore({ current, before }: Generations, rotation: Rotation, now: Date): Promise<boolean> {
  const { harbor, runtime, values } = rotation;
  if (before.length === 0) return true;
  if (!isOlder(current, values.overlap, now)) {
    // A run that was killed may have made it, and have written its secret nowhere.
    runtime.info(
      `${before.map(({ name }) => name).join(', ')} stays good beside ${current.name} until ${formatTime(endOf(current, values.overlap))}, and is deleted then; if nobody has the secret of ${current.name}, delete that one now, and run this again`,
    );
    return false;
  }
  for (const { id, name } of before) {
    await harbor.deleteRobot(id);
    runtime.info(`deleted ${name}, which ${current.name} has replaced`);
  }
  return true;
}

function endOf({ createdAt = new Date(0) }: Robot, overlapSeconds: number): Date {
  return new Date(createdAt.getTime() + overlapSeconds * 1000);
}

/** The old secret is gone when the new one is there: it is kept first, whatever comes then. */
async function renew(current: Robot, file: SecretFile, rotation: Rotation): Promise<string> {
  const secret = await rotation.harbor.renewRobotSecret(current.id);
  rotation.runtime.mask(secret);
  await keep({ ...current, secret }, file, rotation);
  await rotation.prove(current.name, secret);
  return current.name;
}

async function succeed(found: Generations, file: SecretFile, rotation: Rotation): Promise<string> {
  const { harbor, runtime } = rotation;
  const { current } = found;
  const robot = await make(found, harbor);
  runtime.mask(robot.secret);
  let isKept = false;
  runtime.onCleanup(async () => {
    if (!isKept) await harbor.deleteRobot(robot.id);
  });
  await rotation.prove(robot.name, robot.secret);
  await keep(robot, file, rotation);
  isKept = true;
  const until = new Date(runtime.clock.now().getTime() + rotation.values.overlap * 1000);
  runtime.info(`${current.name} stays good until ${formatTime(until)}: a run after that deletes it`);
  return robot.name;
}

function make({ current, next }: Generations, harbor: Harbor): Promise<NewRobot> {
  const { durationDays, permissions } = current;
  const wish = { ...next, durationDays };
  const { project } = parseRobotName(current.name);
  if (project === undefined) return harbor.createSystemRobot({ ...wish, permissions });
  return harbor.createRobot({ ...wish, project, access: permissions.flatMap(({ access }) => access) });
}

async function keep(
  { name, secret, expiresAt }: Pick<NewRobot, 'name' | 'secret' | 'expiresAt'>,
  file: SecretFile,
  { values, host, runtime }: Rotation,
): Promise<void> {
  const json = {
    registry: host,
    username: name,
    password: secret,
    ...(expiresAt === undefined ? {} : { expires: expiresAt }),
  };
  const variables = { REGISTRY: host, USERNAME: name, PASSWORD: secret };
  // Neither has a single quote: names and secrets of robot accounts are letters, digits and a few signs.
  const lines = Object.entries(variables).map(([key, value]) => `HARBOR_PILOT_${key}='${value}'\n`);
  await file.write(values.format === 'json' ? `${JSON.stringify(json, undefined, 2)}\n` : lines.join(''));
  runtime.info(
    `wrote its name and secret to ${values.out}${expiresAt === undefined ? '' : `; it expires ${formatTime(expiresAt)}`}`,
  );
}
