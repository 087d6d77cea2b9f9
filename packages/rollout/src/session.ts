import type { ClusterClient } from '@harbor-pilot/cluster';
import type { Clock } from '@harbor-pilot/core';
import type { RolloutOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

/** What everything in one rollout shares. */
export interface Session {
  readonly client: ClusterClient;
  readonly options: RolloutOptions;
  readonly clock: Clock;
  readonly timeline: Timeline;
}
