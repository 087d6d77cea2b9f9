import { retryRows } from './retry-rows.ts';
import type { FaultStage } from './stage.ts';

/** The rows that hold for every registry. */
export function allRows(stage: () => FaultStage): void {
  retryRows(stage);
}
