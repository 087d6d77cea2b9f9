/** Exit codes of processes that a signal ended: 128 and its number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The signals that ask a process to end; SIGHUP comes when its terminal or its connection is closed. */
export const interruptSignals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const satisfies readonly (keyof typeof exitCodes)[];

/** The process was asked to end. Not a failure: clean-up runs, then the process exits with the code of the signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes];

  constructor(signal: keyof typeof exitCodes) {
    super(`interrupted by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}
