export { formatBytes, formatCount, formatNumber } from './amounts.ts';
export { type Clock, longestTimerMilliseconds, secondsSince, systemClock } from './clock.ts';
export { closestTo } from './closest.ts';
export { describeKey } from './describe-key.ts';
export { eitherSignal } from './either-signal.ts';
export { errorTitles } from './error-titles.ts';
export {
  causeChain,
  type ErrorCode,
  type ErrorExtras,
  type ErrorFamily,
  errorFamilies,
  exitCodeOf,
  mayRetry,
  messageOf,
  PilotError,
  toPilotError,
} from './errors.ts';
export { formatTime } from './format-time.ts';
export { formatTimestamp } from './format-timestamp.ts';
export { inParallel } from './in-parallel.ts';
export { Interrupted, interruptSignals } from './interrupted.ts';
export { asArray, asNumber, asObject, asString, parseObject } from './json.ts';
export { type CutElement, CutterLimit, type CutterLimits, ListCutter, type ListNames } from './list-cutter.ts';
export { makeFolder } from './make-folder.ts';
export { printable } from './printable.ts';
export { programEnvironment } from './program-environment.ts';
export { readFileIfThere } from './read-file-if-there.ts';
export { readPromptly } from './read-promptly.ts';
export { redact, registerSecret, secretForms } from './redact.ts';
export { type ProgramEnd, type ProgramRun, runProgram } from './run-program.ts';
export { secretVariables } from './secret-variables.ts';
export { Sharing } from './sharing.ts';
export { shortened } from './shortened.ts';
export { together } from './together.ts';
export { unless } from './unless.ts';
export { unreadable } from './unreadable.ts';
export { unwritable } from './unwritable.ts';
export { partOf, type WriteOptions, writeWhole } from './whole-file.ts';
