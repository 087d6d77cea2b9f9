import {
  countAt,
  dig,
  isAdmissionRefusal,
  type KubeObject,
  listAt,
  nameOf,
  resources,
  textAt,
  uidOf,
} from '@harbor-pilot/cluster';
import { redact } from '@harbor-pilot/core';
import type { Session } from '../session.ts';
import type { View } from '../watch/view.ts';
import { type Ending, troubleLine } from './follow.ts';
import type { Trouble } from './pod-trouble.ts';
import { currentPods, currentReplicaSet } from './pods.ts';
import { pullAdvice } from './pull-advice.ts';
import { conditionOf } from './workload-progress.ts';

const logLines = 10;
const mostPods = 3;
const mostEvents = 5;

/**
 * Why a workload did not become whole, as its conditions, pods, logs and events tell. Ask before undoing: undoing deletes
 * the pods, and their logs with them.
 * @param since events about the workload itself that are older do not count.
 */
export async function gatherReasons(
  session: Session,
  view: View,
  ending: Ending,
  since: Date,
): Promise<readonly string[]> {
  const { place, title } = ending.followed;
  const workload = view.find(place.resource, place.namespace ?? '', place.name);
  const pods = workload === undefined ? [] : currentPods(view, workload);
  const troubled = ending.troubles.slice(0, mostPods);
  const more = ending.troubles.length - troubled.length;
  const logs = await Promise.all(troubled.map((trouble) => lastWords(session, trouble)));
  const lines = [
    `${title}: ${ending.message}`,
    ...troubled.map(troubleLine),
    ...(more > 0 ? [`${more} more containers are in the same state`] : []),
    ...logs.flat(),
    ...failedCreation(title, workload),
    ...(workload === undefined ? [] : warnings(view, workload, pods, since)),
  ];
  // What a pod and an event about it both say is said once.
  const unique = lines.filter(
    (line, index) => !lines.slice(0, index).some((earlier) => earlier.includes(messageOf(line))),
  );
  return unique.map(redact);
}

function messageOf(line: string): string {
  return line.startsWith('event ') ? line.slice(line.indexOf(': ') + 2) : line;
}

/** What a container that ended wrote last; nothing when it never ran or its log is gone. */
async function lastWords(session: Session, trouble: Trouble): Promise<readonly string[]> {
  if (trouble.reason !== 'CrashLoopBackOff') return [];
  const { pod, container } = trouble;
  const status = listAt(pod, 'status', 'containerStatuses')
    .concat(listAt(pod, 'status', 'initContainerStatuses'))
    .find((one) => textAt(one, 'name') === container);
  const previous = dig(status, 'state', 'terminated') === undefined && countAt(status, 'restartCount') > 0;
  try {
    const text = await session.client.log(pod, container, { lines: logLines, previous }, session.options.signal);
    if (text.trim() === '') return [`pod/${nameOf(pod)} (container ${container}) wrote nothing`];
    return [`pod/${nameOf(pod)} (container ${container}) wrote last:\n${indent(text)}`];
  } catch {
    // A log is a help, not a condition: the account may not read it, or the node has thrown it away.
    session.options.signal?.throwIfAborted();
    return [];
  }
}

function indent(text: string): string {
  const lines = text.trimEnd().split('\n').slice(-logLines);
  return lines.map((line) => `    ${line.slice(0, 500)}`).join('\n');
}

function failedCreation(title: string, workload: KubeObject | undefined): readonly string[] {
  const condition = conditionOf(workload, 'ReplicaFailure');
  if (textAt(condition, 'status') !== 'True') return [];
  return [`${title}: ${textAt(condition, 'reason')}: ${textAt(condition, 'message')}`];
}

function warnings(view: View, workload: KubeObject, pods: readonly KubeObject[], since: Date): readonly string[] {
  const podUids = new Set(pods.map(uidOf));
  const owners = new Set([uidOf(workload), uidOf(currentReplicaSet(view, workload))]);
  const told = view.objects(resources.events, textAt(workload, 'metadata', 'namespace')).filter((event) => {
    if (textAt(event, 'type') !== 'Warning') return false;
    const about = textAt(event, 'involvedObject', 'uid');
    return podUids.has(about) || (owners.has(about) && timeOf(event) >= since.getTime());
  });
  const lines = told.map((event) => {
    const about = `${textAt(event, 'involvedObject', 'kind').toLowerCase()}/${textAt(event, 'involvedObject', 'name')}`;
    return `event ${textAt(event, 'reason')} of ${about}: ${textAt(event, 'message').trim()}`;
  });
  return [...new Set(lines)].slice(-mostEvents);
}

function timeOf(event: KubeObject): number {
  const time =
    textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') || textAt(event, 'metadata', 'creationTimestamp');
  return time === '' ? 0 : Date.parse(time);
}

/** What the user can do about a rollout that failed. */
export function hintFor(ending: Ending, reasons: readonly string[]): string {
  const [worst] = ending.troubles;
  if (ending.state === 'superseded') return 'Two pipelines roll out the same workload. Let one wait for the other.';
  switch (worst?.reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ErrImageNeverPull':
      return (
        pullAdvice(worst.message)?.hint ?? 'The node cannot pull the image. The reasons say what the registry answered.'
      );
    case 'InvalidImageName':
      return 'Correct the image name in the manifests.';
    case 'CrashLoopBackOff':
      return 'The program in the container ends by itself. Its last log lines are among the reasons.';
    case 'CreateContainerConfigError':
      return 'The pod refers to a ConfigMap, Secret or key that does not exist.';
    case 'Unschedulable':
      return 'No node can take the pod. Compare its nodeSelector, tolerations and requests with the nodes.';
    default:
      if (reasons.some((line) => /\b(?:exceeded|failed) quota\b/.test(line)))
        return 'Raise the ResourceQuota of the namespace, or ask for less.';
      if (reasons.some(isAdmissionRefusal))
        return 'A rule of the cluster does not allow these pods. Change their template, or ask who keeps the rule.';
      return 'Look at the readiness probe and the log of the new pods; give them more time by the input rollout-timeout if they are only slow.';
  }
}
