import type { Container } from '../kinds/objects.ts';
import { recordEvent } from '../store/events.ts';
import { parseImage } from './image-store.ts';
import { backOffMilliseconds, type ContainerList, type PodContext, setContainer, tell } from './pod-context.ts';
import { PullError } from './pull-error.ts';
import type { PulledImage } from './pull-image.ts';
import { findPullSecrets } from './pull-secrets.ts';

/** How long a container says ErrImagePull before it says ImagePullBackOff. */
const errorMilliseconds = 100;

/** Gets the image of a container by its pull policy, trying again until it is there or the pod is to end. */
export async function obtainImage(
  context: PodContext,
  container: Container,
  list: ContainerList,
): Promise<PulledImage> {
  for (let failures = 1; ; failures += 1) {
    const found = container.imagePullPolicy === 'Always' ? undefined : context.images.find(container.image);
    if (found !== undefined) {
      const message = `Container image "${container.image}" already present on machine`;
      tell(context, container.name, list, 'Pulled', message);
      return found;
    }
    const refusal = whyNoPull(container);
    if (refusal === undefined) {
      const result = await tryPull(context, container, list);
      if (!(result instanceof PullError)) return result;
      await backOff(context, container, list, failures, textOf(result));
    } else {
      tell(context, container.name, list, refusal.event, refusal.message, true);
      tell(context, container.name, list, 'Failed', `Error: ${refusal.reason}`, true);
      const { reason, message } = refusal;
      setContainer(context, container.name, { state: { waiting: { reason, message } } });
      await context.clock.sleep(backOffMilliseconds(failures), context.signal);
    }
  }
}

interface Refusal {
  readonly reason: string;
  readonly event: string;
  readonly message: string;
}

/** Why a kubelet does not even try. */
function whyNoPull({ image, imagePullPolicy }: Container): Refusal | undefined {
  if (parseImage(image) === undefined) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    return { reason: 'InvalidImageName', event: 'InspectFailed', message };
  }
  if (imagePullPolicy !== 'Never') return undefined;
  const message = `Container image "${image}" is not present with pull policy of Never`;
  return { reason: 'ErrImageNeverPull', event: 'ErrImageNeverPull', message };
}

async function tryPull(
  context: PodContext,
  { name, image }: Container,
  list: ContainerList,
): Promise<PulledImage | PullError> {
  const { store, pod, nodeName, images, clock, signal } = context;
  const reference = parseImage(image);
  const secrets = findPullSecrets(store, pod, `${reference?.registry}/${reference?.repository}`);
  if (secrets.missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${secrets.missing.join(', ')}); attempting to pull the image may not succeed.`;
    const reason = 'FailedToRetrieveImagePullSecret';
    recordEvent(store, { about: pod, reason, message, isWarning: true, component: 'kubelet', host: nodeName });
  }
  tell(context, name, list, 'Pulling', `Pulling image "${image}"`);
  const began = clock.now().getTime();
  try {
    const pulled = await images.pull(image, secrets.credentials, signal);
    signal.throwIfAborted();
    const took = `${clock.now().getTime() - began}ms`;
    const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${pulled.sizeBytes} bytes.`;
    tell(context, name, list, 'Pulled', message);
    return pulled;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PullError) return error;
    throw error;
  }
}

/** The error as the kubelet gets it from the container runtime. */
function textOf(error: PullError): string {
  return `rpc error: code = ${error.grpcCode} desc = ${error.message}`;
}

async function backOff(
  context: PodContext,
  { name, image }: Container,
  list: ContainerList,
  failures: number,
  error: string,
): Promise<void> {
  tell(context, name, list, 'Failed', `Failed to pull image "${image}": ${error}`, true);
  tell(context, name, list, 'Failed', 'Error: ErrImagePull', true);
  setContainer(context, name, { state: { waiting: { reason: 'ErrImagePull', message: error } } });
  await context.clock.sleep(errorMilliseconds, context.signal);
  tell(context, name, list, 'BackOff', `Back-off pulling image "${image}"`);
  tell(context, name, list, 'Failed', 'Error: ImagePullBackOff', true);
  const message = `Back-off pulling image "${image}": ErrImagePull: ${error}`;
  setContainer(context, name, { state: { waiting: { reason: 'ImagePullBackOff', message } } });
  await context.clock.sleep(backOffMilliseconds(failures) - errorMilliseconds, context.signal);
}
