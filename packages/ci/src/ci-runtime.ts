import type { PilotError } from '@harbor-pilot/core';
import type { InputSource, Runtime } from '@harbor-pilot/step-kit';

/** A runtime together with what only the front end may do: give the inputs, and end the step. */
export interface CiRuntime extends Runtime {
  /** Where the CI keeps the inputs, strongest first. */
  readonly inputSources: readonly InputSource[];
  /** Tells the user that the step failed, in the way of the CI. */
  fail(error: PilotError): void;
  /** Hands over the outputs; the last thing that happens. */
  finish(): Promise<void>;
}
