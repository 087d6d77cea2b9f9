import type { InputValues, VerifiedImage, VerifyReport } from '@harbor-pilot/step-kit';
import type { termSettings, verifyStepInputs } from './inputs.ts';

/** The values of the step `verify`. */
export type VerifyStepValues = InputValues<typeof verifyStepInputs & typeof termSettings>;

/** What is verified, and where from. */
export interface Work {
  readonly scope: VerifyReport['scope'];
  readonly subject: string;
  readonly images: AsyncIterable<VerifiedImage>;
  /** Told when all images are there. */
  readonly warnings: () => readonly string[];
  readonly digest?: string;
}
