import { retryRows } from './retry-rows.ts';
import type { FaultStage } from './stage.ts';
import { interruptionRows, raceRows, refusalRows } from './state-rows.ts';
import { connectionRows, contentRows, silenceRows } from './transfer-rows.ts';
import { authorizationRows, redirectionRows } from './trust-rows.ts';

/** The rows that hold for every registry. */
export function allRows(stage: () => FaultStage): void {
  retryRows(stage);
  connectionRows(stage);
  silenceRows(stage);
  contentRows(stage);
  authorizationRows(stage);
  redirectionRows(stage);
  refusalRows(stage);
  interruptionRows(stage);
  raceRows(stage);
}
