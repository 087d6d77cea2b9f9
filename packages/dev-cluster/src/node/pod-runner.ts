import { randomBytes } from 'node:crypto';
import type { Container, Pod } from '../kinds/objects.ts';
import { obtainImage } from './image-puller.ts';
import { backOffMilliseconds, type ContainerList, type PodContext, setContainer, tell } from './pod-context.ts';
import type { PulledImage } from './pull-image.ts';

/** From the start of a container until it says that it is ready. */
const startupMilliseconds = 40;
/** From the start of a container that crashes until it does. */
const crashMilliseconds = 50;
/** Runs a pod until its signal is aborted: init containers one after the other, then all others at once. */
export async function runPod(context: PodContext): Promise<void> {
  for (const container of context.pod.spec.initContainers ?? []) await runInitContainer(context, container);
  await Promise.all(context.pod.spec.containers.map((container) => runContainer(context, container)));
}

async function runInitContainer(context: PodContext, container: Container): Promise<void> {
  const image = await obtainImage(context, container, 'initContainers');
  const { containerId, startedAt } = start(context, container, 'initContainers', image, false);
  await context.clock.sleep(startupMilliseconds, context.signal);
  const finishedAt = context.store.now();
  const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt, containerID: containerId };
  setContainer(context, container.name, { state: { terminated }, ready: true });
}

async function runContainer(context: PodContext, container: Container): Promise<void> {
  for (let failures = 0; ; ) {
    const image = await obtainImage(context, container, 'containers');
    const { containerId, startedAt } = start(context, container, 'containers', image, failures > 0);
    if (annotation(context.pod, 'crash')) {
      await context.clock.sleep(crashMilliseconds, context.signal);
      failures += 1;
      await crash(context, container, { containerId, startedAt, failures });
      continue;
    }
    await context.clock.sleep(startupMilliseconds, context.signal);
    if (annotation(context.pod, 'never-ready')) {
      const message = 'Readiness probe failed: the annotation never-ready of the pod asks for this';
      tell(context, container.name, 'containers', 'Unhealthy', message, true);
    } else {
      setContainer(context, container.name, { state: { running: { startedAt } }, ready: true });
    }
    return;
  }
}

function annotation(pod: Pod, name: 'crash' | 'never-ready'): boolean {
  return pod.metadata.annotations?.[`dev-cluster.harbor-pilot.io/${name}`] === 'true';
}

function start(
  context: PodContext,
  container: Container,
  list: ContainerList,
  image: PulledImage,
  isRestart: boolean,
): { containerId: string; startedAt: string } {
  const { name } = container;
  const { uid } = context.pod.metadata;
  const containerId = `containerd://${randomBytes(32).toString('hex')}`;
  const startedAt = context.store.now();
  tell(context, name, list, 'Created', `Created container: ${name}`);
  tell(context, name, list, 'Started', `Started container ${name}`);
  context.logs.begin(uid, name);
  const time = context.clock.now().toISOString();
  const size = `${image.layerCount} layers, ${image.sizeBytes} bytes`;
  const command = image.command.length === 0 ? 'no command' : `command ${JSON.stringify(image.command)}`;
  context.logs.write(uid, name, `${time} ${name}: started ${image.imageId} (${size}), ${command}`);
  setContainer(context, name, { state: { running: { startedAt } }, imageId: image.imageId, containerId, isRestart });
  return { containerId, startedAt };
}

async function crash(
  context: PodContext,
  { name }: Container,
  run: { containerId: string; startedAt: string; failures: number },
): Promise<void> {
  const { pod, store, clock, logs, signal } = context;
  const { metadata } = pod;
  const line = `${clock.now().toISOString()} ${name}: fatal: the annotation crash of the pod asks for this; exit code 1`;
  logs.write(metadata.uid, name, line);
  const { containerId, startedAt } = run;
  const terminated = { exitCode: 1, reason: 'Error', startedAt, finishedAt: store.now(), containerID: containerId };
  setContainer(context, name, { state: { terminated } });
  await clock.sleep(crashMilliseconds, signal);
  const waitMilliseconds = backOffMilliseconds(run.failures);
  const subject = `${name} in pod ${metadata.name}_${metadata.namespace}(${metadata.uid})`;
  tell(context, name, 'containers', 'BackOff', `Back-off restarting failed container ${subject}`, true);
  const message = `back-off ${waitMilliseconds}ms restarting failed container=${name} pod=${metadata.name}_${metadata.namespace}(${metadata.uid})`;
  setContainer(context, name, { state: { waiting: { reason: 'CrashLoopBackOff', message } } });
  await clock.sleep(waitMilliseconds, signal);
}
