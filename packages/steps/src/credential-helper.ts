import { asString, PilotError, parseObject, secretVariables } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';

const timeoutMilliseconds = 30_000;
const outputLimitBytes = 1024 * 1024;

/**
 * Asks a credential helper of Docker (docker/docker-credential-helpers v0.9.3): the server on its standard input, the
 * credentials on its standard output. No secret is in its arguments, and it sees none of ours.
 * @param name `ecr-login` for the program `docker-credential-ecr-login`.
 * @returns undefined when it has none for this server.
 * @throws PilotError FILE_UNREADABLE when there is no such program; AUTH_FAILED when it fails.
 */
export function askHelper(
  name: string,
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
): Credentials | undefined {
  // Most steps have no helper to start, and are not to wait for what starts programs.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const program = `docker-credential-${name}`;
  // Nothing but a plain name may become the name of a program.
  const run = /^[\w.-]+$/.test(name)
    ? spawnSync(program, ['get'], {
        input: server,
        env: withoutOurs(environment),
        encoding: 'utf8',
        timeout: timeoutMilliseconds,
        maxBuffer: outputLimitBytes,
        stdio: ['pipe', 'pipe', 'ignore'],
      })
    : undefined;
  if (run === undefined || (run.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    throw new PilotError('FILE_UNREADABLE', `the credential helper "${program}" is not installed`, {
      hint: 'Install it on the PATH, or take it out of the Docker configuration.',
    });
  }
  if (run.status === 0) return parseAnswer(run.stdout, program);
  if (/credentials not found/i.test(run.stdout)) return undefined;
  // Helpers write their failures on standard output.
  const why = run.stdout
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 200);
  throw new PilotError(
    'AUTH_FAILED',
    `${program} gave no credentials for ${server}: ${why || (run.error?.message ?? '')}`,
    {
      hint: `Run it by hand: echo ${server} | ${program} get`,
    },
  );
}

function withoutOurs(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const ours = secretVariables(environment);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.includes(name)));
}

function parseAnswer(text: string, program: string): Credentials | undefined {
  const answer = parseObject(text);
  const username = asString(answer?.Username);
  const password = asString(answer?.Secret);
  if (username !== undefined && password !== undefined) return password === '' ? undefined : { username, password };
  throw new PilotError('AUTH_FAILED', `${program} does not answer as a credential helper does`, {
    hint: 'It shall print JSON with "Username" and "Secret".',
  });
}
