import { type KubeObject, nameOf, type Place, resources, textAt } from '@harbor-pilot/cluster';
import type { Session } from '../session.ts';
import type { View } from '../watch/view.ts';
import { createTroubleMemory, type Trouble, troublesOf } from './pod-trouble.ts';
import { currentPods } from './pods.ts';
import { type Expectation, type Progress, progressOf } from './workload-progress.ts';

/** A workload that was changed and must become whole. */
export interface Followed {
  readonly place: Place;
  readonly title: string;
  readonly expected: Expectation;
}

/** Why following a workload ended without it being whole. */
export interface Ending {
  readonly followed: Followed;
  readonly state: 'failed' | 'superseded' | 'late';
  readonly message: string;
  /** What is wrong with its pods, if anything. */
  readonly troubles: readonly Trouble[];
}

/** How often to look although nothing was heard: troubles become failures by lasting. */
const lookMilliseconds = 500;

/**
 * Follows workloads until all are whole (undefined) or one cannot be.
 * @param deadline when waiting is over.
 */
export async function followWorkloads(
  session: Session,
  view: View,
  workloads: readonly Followed[],
  deadline: Date,
): Promise<Ending | undefined> {
  const followers = workloads.map((followed) => createFollower(session, view, followed));
  for (;;) {
    const steps = followers.map((look) => look());
    const ending = steps.find((step) => step !== 'complete' && step.state !== 'late');
    if (ending !== undefined) return ending as Ending;
    const unfinished = steps.find((step) => step !== 'complete');
    if (unfinished === undefined) return undefined;
    const leftMilliseconds = deadline.getTime() - session.clock.now().getTime();
    if (leftMilliseconds <= 0) return unfinished;
    await view.changed(Math.min(lookMilliseconds, leftMilliseconds));
  }
}

/** Looks at one workload: whole, or how it would have to be called if waiting ended now. */
type Follower = () => Ending | 'complete';

function createFollower(session: Session, view: View, followed: Followed): Follower {
  const { title, place, expected } = followed;
  const memory = createTroubleMemory();
  const told = new Set<string>();
  let seen = false;
  let complete = false;
  const tell = (message: string): void => {
    // A node goes back and forth between trying a pull and pausing; that is no news.
    const news = message.replace('ErrImagePull', 'ImagePullBackOff');
    if (told.has(news)) return;
    told.add(news);
    session.timeline.add(title, message);
  };
  return () => {
    if (complete) return 'complete';
    const live = view.find(place.resource, place.namespace ?? '', place.name);
    seen ||= live !== undefined;
    const progress = live === undefined ? absent(seen) : progressOf(live, expected);
    if (progress.state !== 'unseen') tell(progress.message);
    if (progress.state === 'complete') {
      complete = true;
      return 'complete';
    }
    const troubles = live === undefined ? [] : troublesIn(view, live, progress);
    for (const trouble of troubles) tell(troubleLine(trouble));
    const lasting = memory.lasting(troubles, session.clock.now());
    const [worst] = lasting;
    if (progress.state === 'failed' || progress.state === 'superseded') {
      return { followed, state: progress.state, message: progress.message, troubles };
    }
    if (worst !== undefined) return { followed, state: 'failed', message: troubleLine(worst), troubles };
    return { followed, state: 'late', message: progress.message, troubles };
  };
}

function absent(seen: boolean): Progress {
  if (!seen) return { state: 'unseen', message: 'waiting for it to show' };
  return { state: 'superseded', message: 'somebody deleted it meanwhile' };
}

function troublesIn(view: View, workload: KubeObject, progress: Progress): readonly Trouble[] {
  // The current pods are those from before then.
  if (progress.state === 'unseen') return [];
  const events = view.objects(resources.events, textAt(workload, 'metadata', 'namespace'));
  return currentPods(view, workload).flatMap((pod) => troublesOf(pod, events));
}

/** `pod/hello-1 (container hello): ImagePullBackOff: …` */
export function troubleLine({ pod, container, reason, message }: Trouble): string {
  const where = container === '' ? '' : ` (container ${container})`;
  return `pod/${nameOf(pod)}${where}: ${reason}${message === '' ? '' : `: ${message}`}`;
}
