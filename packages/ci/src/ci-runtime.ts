import type { PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

/** A runtime together with what only the front end may do: read raw inputs, and end the step. */
export interface CiRuntime extends Runtime {
  /** The raw value of an input, by kebab-case name. */
  rawInput(kebab: string): string | undefined;
  /** Tells the user that the step failed, in the way of the CI. */
  fail(error: PilotError): void;
  /** Hands over the outputs; the last thing that happens. */
  finish(): Promise<void>;
}
