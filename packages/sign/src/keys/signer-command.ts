import {
  asString,
  type Clock,
  PilotError,
  type ProgramEnd,
  parseObject,
  printable,
  programEnvironment,
  registerSecret,
  runProgram,
} from '@harbor-pilot/core';

/** A program that signs for us, and how it is run. */
export interface SignerCommand {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Variables that it gets besides what any program needs; `AWS_*` for all that begin so. */
  readonly variables: readonly string[];
  /** Where it runs; its path is relative to it. */
  readonly folder: string;
  /** For one answer. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Names of variables whose values are secrets, most likely. */
const secretNames = /SECRET|TOKEN|PASS|KEY|PIN$|CREDENTIAL/i;
/** Shorter values are words such as regions. */
const shortestSecret = 8;
const answerLimitBytes = 64 * 1024;
const shownLines = 5;

/**
 * Sends one request to a signer command, as JSON on its standard input, and reads its answer, a JSON object on its standard
 * output.
 * @throws PilotError SIGNER_FAILED with the last lines of its standard error when it fails or answers something else,
 *   FILE_UNREADABLE when there is no such program, DEADLINE_EXCEEDED; the reason of the signal.
 */
export async function askSigner(
  signer: SignerCommand,
  request: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const [program = '', ...args] = signer.command;
  const environment = programEnvironment(signer.environment, signer.variables);
  for (const [name, value] of Object.entries(environment)) {
    if (secretNames.test(name) && value.length >= shortestSecret) registerSecret(value);
  }
  const chunks: Buffer[] = [];
  const { status, lastLines } = await runProgram({
    ...signer,
    program,
    args,
    environment,
    input: `${JSON.stringify(request)}\n`,
    readOutput: async (output) => {
      let sizeBytes = 0;
      for await (const chunk of output as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        if (sizeBytes > answerLimitBytes) throw tooLong(program);
        chunks.push(chunk);
      }
    },
    unfinished: () =>
      new PilotError('DEADLINE_EXCEEDED', `${program} gave no answer within ${signer.timeoutSeconds} s`, {
        hint: 'Look at what it waits for, or give it more time (signer-timeout).',
      }),
  });
  const answer = parseObject(Buffer.concat(chunks).toString());
  const error = answer?.error ?? '';
  if (status !== 0 || error !== '') throw failure(program, status, asString(error), lastLines);
  if (answer !== undefined) return answer;
  throw new PilotError('SIGNER_FAILED', `${program} did not answer with a JSON object on its standard output`, {
    hint: 'It shall write one JSON object there, and all else on its standard error.',
  });
}

function failure(
  program: string,
  status: ProgramEnd['status'],
  said: string | undefined,
  lastLines: readonly string[],
): PilotError {
  const ending = typeof status === 'number' ? `ended with exit code ${status}` : `was ended by ${status}`;
  const reasons = said ? [said] : lastLines.slice(-shownLines);
  const why = reasons.map((line) => printable(line, 300)).join(' | ') || 'it says no more';
  return new PilotError('SIGNER_FAILED', `${program} ${status === 0 ? 'refused' : ending}: ${why}`, {
    hint: `Run it by hand: echo '{"protocol":1,"operation":"public-key"}' | ${program}. Here it sees only the variables that signer-environment names.`,
  });
}

function tooLong(program: string): PilotError {
  return new PilotError('SIGNER_FAILED', `${program} wrote more than ${answerLimitBytes} bytes`, {
    hint: 'It shall write one JSON object on its standard output, and all else on its standard error.',
  });
}
