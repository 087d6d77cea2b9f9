import type { ContainerStatus, Pod } from '../kinds/objects.ts';
import { badRequest } from '../store/api-error.ts';

/** Where the lines of containers are; the nodes write them. */
export interface ContainerLogs {
  /** The lines of a container of a pod, of its run before the present one when that is asked for. */
  read(podUid: string, container: string, isPrevious: boolean): readonly string[] | undefined;
}

/**
 * The text of `pods/NAME/log`.
 * @throws ApiError 400 when the container is not named, not known or has not begun.
 */
export function readLog(pod: Pod, query: URLSearchParams, logs: ContainerLogs): string {
  const { name: podName, uid } = pod.metadata;
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const container = query.get('container') ?? (pod.spec.containers.length === 1 ? containers.at(-1) : undefined);
  if (container === undefined) {
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${containers.join(' ')}]`);
  }
  if (!containers.includes(container)) throw badRequest(`container ${container} is not valid for pod ${podName}`);
  const isPrevious = query.get('previous') === 'true';
  const lines = logs.read(uid, container, isPrevious);
  if (lines === undefined) {
    if (isPrevious) throw badRequest(`previous terminated container "${container}" in pod "${podName}" not found`);
    const why = waitingReason(pod, container);
    throw badRequest(`container "${container}" in pod "${podName}" is waiting to start: ${why}`);
  }
  const count = query.get('tailLines');
  const shown = count === null ? lines : lines.slice(Math.max(0, lines.length - Number(count)));
  return shown.map((line) => `${line}\n`).join('');
}

function waitingReason({ status }: Pod, container: string): string {
  const all: readonly ContainerStatus[] = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  const reason = all.find(({ name }) => name === container)?.state.waiting?.reason ?? 'ContainerCreating';
  return reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}
