import { withCondition } from '../controllers/conditions.ts';
import type { Condition, Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../kinds/objects.ts';

/** What changes of a container. */
export interface ContainerChange {
  readonly state: ContainerState;
  readonly ready?: boolean;
  readonly imageId?: string;
  readonly containerId?: string;
  /** The container has been started once more. */
  readonly isRestart?: boolean;
}

/** The first status that a node gives a pod. */
export function beginPod(pod: Pod, podIp: string, hostIp: string, now: string): PodStatus {
  const begin = ({ name, image }: Container): ContainerStatus => ({
    name,
    image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' } },
    lastState: {},
  });
  const status: PodStatus = {
    ...pod.status,
    phase: 'Pending',
    startTime: now,
    hostIP: hostIp,
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    containerStatuses: pod.spec.containers.map(begin),
    ...(pod.spec.initContainers?.length ? { initContainerStatuses: pod.spec.initContainers.map(begin) } : {}),
  };
  return summarize(status, now);
}

/** The status after a change of one container. */
export function changeContainer(status: PodStatus, name: string, change: ContainerChange, now: string): PodStatus {
  const apply = (old: ContainerStatus): ContainerStatus => (old.name === name ? changed(old, change) : old);
  const next = { ...status, containerStatuses: (status.containerStatuses ?? []).map(apply) };
  if (status.initContainerStatuses) next.initContainerStatuses = status.initContainerStatuses.map(apply);
  return summarize(next, now);
}

function changed(old: ContainerStatus, change: ContainerChange): ContainerStatus {
  const { terminated } = old.state;
  return {
    ...old,
    state: change.state,
    lastState: terminated === undefined || change.state.terminated !== undefined ? old.lastState : { terminated },
    ready: change.ready ?? false,
    started: change.state.running !== undefined,
    restartCount: old.restartCount + (change.isRestart ? 1 : 0),
    ...(change.imageId === undefined ? {} : { imageID: change.imageId }),
    ...(change.containerId === undefined ? {} : { containerID: change.containerId }),
  };
}

/** Phase and conditions from the containers. */
function summarize(status: PodStatus, now: string): PodStatus {
  const containers = status.containerStatuses ?? [];
  const isInitialized = (status.initContainerStatuses ?? []).every(({ state }) => state.terminated?.exitCode === 0);
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const waiting: Partial<Condition> = {
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
  const condition = (type: string, isTrue: boolean, why: Partial<Condition> = {}): Condition => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastProbeTime: null,
    ...(isTrue ? {} : why),
  });
  const hasBegun = containers.some(({ state, restartCount }) => state.running || state.terminated || restartCount > 0);
  const conditions = [
    condition('PodReadyToStartContainers', true),
    condition('Initialized', isInitialized, { reason: 'ContainersNotInitialized' }),
    condition('Ready', unready.length === 0, waiting),
    condition('ContainersReady', unready.length === 0, waiting),
  ].reduce<Condition[] | undefined>((all, each) => withCondition(all, each, now), status.conditions);
  return { ...status, phase: hasBegun ? 'Running' : 'Pending', conditions: conditions ?? [] };
}
