import { countAt, dig, type KubeObject, listAt, textAt, uidOf } from '@harbor-pilot/cluster';
import { formatCount } from '@harbor-pilot/core';
import { pullAdvice } from './pull-advice.ts';
import { conditionOf } from './workload-progress.ts';

/** Something that keeps a pod from running. */
export interface Trouble {
  readonly pod: KubeObject;
  /** Empty when the pod as a whole is meant. */
  readonly container: string;
  /** Kubernetes' word: `ImagePullBackOff`, `CrashLoopBackOff`, `Unschedulable`. */
  readonly reason: string;
  readonly message: string;
  /** How long it may last before it counts as a failure. */
  readonly graceSeconds: number;
}

const pullReasons = ['ErrImagePull', 'ImagePullBackOff'];

// Long enough for what heals by itself (a Secret that arrives after its pod, a database that is up a little later, a node
// that an autoscaler adds), short enough that nobody waits for what cannot heal.
const graceSeconds: Readonly<Record<string, number>> = {
  InvalidImageName: 0,
  ErrImageNeverPull: 0,
  CreateContainerConfigError: 10,
  CreateContainerError: 10,
  RunContainerError: 10,
  CrashLoopBackOff: 15,
  Unschedulable: 60,
};
const hopelessRestarts = 3;
const lastingPullGraceSeconds = 2;
const passingPullGraceSeconds = 30;

/** What keeps a pod from running, worst first; nothing when it runs, starts, or is being deleted. */
export function troublesOf(pod: KubeObject, events: readonly KubeObject[]): readonly Trouble[] {
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') return [];
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((group) => listAt(pod, 'status', group));
  const troubles = statuses.flatMap((status) => containerTrouble(pod, status, events) ?? []);
  const unschedulable = conditionOf(pod, 'PodScheduled');
  if (textAt(unschedulable, 'reason') === 'Unschedulable' && textAt(unschedulable, 'status') === 'False') {
    troubles.push(trouble(pod, '', 'Unschedulable', textAt(unschedulable, 'message')));
  }
  return troubles;
}

function containerTrouble(pod: KubeObject, status: unknown, events: readonly KubeObject[]): Trouble | undefined {
  const container = textAt(status, 'name');
  const reason = textAt(status, 'state', 'waiting', 'reason');
  const message = textAt(status, 'state', 'waiting', 'message');
  if (pullReasons.includes(reason)) {
    const whole = fullPullMessage(pod, message, events);
    const seconds = pullAdvice(whole)?.lasting ? lastingPullGraceSeconds : passingPullGraceSeconds;
    return { pod, container, reason, message: essenceOf(whole), graceSeconds: seconds };
  }
  if (reason !== '' && reason !== 'CrashLoopBackOff' && reason in graceSeconds) {
    return trouble(pod, container, reason, message);
  }
  const exit = failedExit(pod, status);
  if (exit === undefined) return undefined;
  const crashed = trouble(pod, container, 'CrashLoopBackOff', exit);
  return countAt(status, 'restartCount') < hopelessRestarts ? crashed : { ...crashed, graceSeconds: 0 };
}

function trouble(pod: KubeObject, container: string, reason: string, message: string): Trouble {
  return { pod, container, reason, message, graceSeconds: graceSeconds[reason] ?? 0 };
}

/** While a node pauses between two pulls it only says "Back-off pulling image"; the registry's answer is in an event then. */
function fullPullMessage(pod: KubeObject, message: string, events: readonly KubeObject[]): string {
  if (pullAdvice(message) !== undefined) return message;
  const told = events
    .filter((event) => textAt(event, 'involvedObject', 'uid') === uidOf(pod) && textAt(event, 'reason') === 'Failed')
    .map((event) => textAt(event, 'message'))
    .find((text) => pullAdvice(text) !== undefined);
  return told ?? message;
}

// What kubelet and containerd put before the answer of the registry: the image, up to three times, and no news.
const wrapping =
  /^(?:Back-off pulling image "[^"]*"|Failed to pull image "[^"]*"|ErrImagePull|rpc error: code = \w+ desc = failed to pull and unpack image "[^"]*"|rpc error: code = \w+ desc|failed to resolve reference "[^"]*")(?:: | = )/;

function essenceOf(message: string): string {
  const rest = message.replace(wrapping, '');
  return rest === message || rest === '' ? message : essenceOf(rest);
}

/** How a container that should run ended. A crash stays a trouble while the next try starts, until the container is ready. */
function failedExit(pod: KubeObject, status: unknown): string | undefined {
  if (dig(status, 'ready') === true) return undefined;
  const backingOff = textAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff';
  const ended = dig(status, 'state', 'terminated') ?? dig(status, 'lastState', 'terminated');
  const exitCode = countAt(ended, 'exitCode');
  if (exitCode === 0 && !backingOff) return undefined;
  const why = textAt(ended, 'reason') === 'OOMKilled' ? ' (OOMKilled: it used more memory than its limit)' : '';
  const restarts = countAt(status, 'restartCount');
  const again = restarts === 0 ? '' : ` after ${formatCount(restarts, 'restart')}`;
  const node = textAt(pod, 'spec', 'nodeName');
  return `exited with code ${exitCode}${why}${again}${node === '' ? '' : ` on ${node}`}`;
}

/** Remembers since when each pod has been in trouble. */
export interface TroubleMemory {
  /** Takes what is wrong now and gives back what has been wrong for longer than its grace. */
  lasting(troubles: readonly Trouble[], now: Date): readonly Trouble[];
}

/** A memory in which nothing has been wrong yet. */
export function createTroubleMemory(): TroubleMemory {
  let since = new Map<string, Date>();
  return {
    lasting: (troubles, now) => {
      // A pod that changes from one trouble to another has not been well in between.
      since = new Map(troubles.map(({ pod }) => [uidOf(pod), since.get(uidOf(pod)) ?? now]));
      return troubles.filter(({ pod, graceSeconds: seconds }) => {
        const begin = since.get(uidOf(pod)) ?? now;
        return now.getTime() - begin.getTime() >= seconds * 1000;
      });
    },
  };
}
