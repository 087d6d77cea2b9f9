import { resolve } from 'node:path';
import { formatTime } from '@harbor-pilot/core';
import type { Harbor, NewRobot, Robot } from '@harbor-pilot/harbor';
import { parseHost } from '@harbor-pilot/oci';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { openRegistries } from '../connect.ts';
import { missingCredentials } from '../login/missing-credentials.ts';
import { robotsBeside } from '../robots-beside.ts';
import { findGenerations, type Generations, isGeneration, isOlder } from './generations.ts';
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
  const rotation = await prepare(values, runtime);
  const now = runtime.clock.now();
  const isMeant = (one: Robot): boolean => isGeneration(values.robot, one);
  const { project, robots } = await robotsBeside(rotation.harbor, values.robot, isMeant);
  const found = findGenerations(values.robot, robots);
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
  const username = values.inPlace
    ? await renew(current, file, rotation)
    : await succeed(found, project, file, rotation);
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

async function succeed(
  found: Generations,
  project: string | undefined,
  file: SecretFile,
  rotation: Rotation,
): Promise<string> {
  const { harbor, runtime, values } = rotation;
  const { current } = found;
  const robot = await make(found, values.robot, project, harbor);
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

/** Makes the next one. How much of its full name is the prefix is seen when Harbor has put that before another name. */
async function make(
  { current, next: { ending, description } }: Generations,
  first: string,
  project: string | undefined,
  harbor: Harbor,
): Promise<NewRobot> {
  const { durationDays, permissions } = current;
  const access = permissions.flatMap((one) => one.access);
  const create = (name: string): Promise<NewRobot> =>
    project === undefined
      ? harbor.createSystemRobot({ name, description, durationDays, permissions })
      : harbor.createRobot({ name, description, durationDays, project, access });
  const likely = likelyName(first) + ending;
  const made = await create(likely);
  const wanted = first + ending;
  if (made.name === wanted) return made;
  await harbor.deleteRobot(made.id);
  return create(wanted.slice(made.name.length - likely.length));
}

/** A full name without project, and without what is usual as a prefix: all to a sign that names have not, else to the first separator. */
function likelyName(robot: string): string {
  return /^(?:.*[^a-z\d._-]|[^._-]*[._-])?(.+)$/s.exec(robot)?.[1] ?? robot;
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
  // The prefix of the name may be any text.
  const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(variables).map(([key, value]) => `HARBOR_PILOT_${key}=${quoted(value)}\n`);
  await file.write(values.format === 'json' ? `${JSON.stringify(json, undefined, 2)}\n` : lines.join(''));
  runtime.info(
    `wrote its name and secret to ${values.out}${expiresAt === undefined ? '' : `; it expires ${formatTime(expiresAt)}`}`,
  );
}
