import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';
import { gateInputs } from '../scan-gate/inputs.ts';
import { gateSettings } from '../scan-gate/settings.ts';

/** All inputs of the command `exceptions check`. */
export const checkExceptionsInputs = {
  config: commonInputs.config,
  exceptionFiles: gateInputs.exceptionFiles,
  reports: {
    kind: 'list',
    description:
      'Reports that runs of the gate have written, `gate-report.json`: with them exceptions that cover nothing are found. An exception for another image is not called unused.',
  },
  warnBeforeExpiryDays: gateSettings.warnBeforeExpiryDays,
} as const satisfies InputDeclarations;

/** What it reads in harbor-pilot.yml besides. */
export const checkExceptionsSettings = { exceptions: gateSettings.exceptions } as const satisfies InputDeclarations;

/** All outputs of the command `exceptions check`. */
export const checkExceptionsOutputs = {
  expired: { description: 'How many exceptions have ended.' },
  expiring: { description: 'How many end soon.' },
  unused: { description: 'How many cover nothing that was found.' },
  exceptions: { description: 'Those, and those that are used, as a JSON list.' },
} as const satisfies OutputDeclarations;
