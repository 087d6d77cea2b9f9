import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { runInCi } from '@harbor-pilot/ci';
import { PilotError } from '@harbor-pilot/core';
import type { Command } from 'commander';

interface Flags {
  readonly port: string;
  readonly data: string;
  readonly advisories?: string;
  readonly harborVersion: string;
}

/** Adds the command that runs the embedded Harbor until it is interrupted. */
export function addDevHarbor(program: Command, exit: (code: number) => void): void {
  program
    .command('dev-harbor')
    .description('Run the embedded Harbor, for trying pipelines out.')
    .option('--port <port>', 'Port on 127.0.0.1; a free one when absent.', '0')
    .option(
      '--data <folder>',
      'Folder in which it keeps everything; ca.crt is its certificate.',
      '.harbor-pilot/dev-harbor',
    )
    .option('--advisories <folder>', 'Folder with advisories in OSV format for its scanner.')
    .option('--harbor-version <version>', 'The Harbor that it behaves like: 2.12, 2.14 or 2.15.', '2.15')
    .action(async (flags: Flags) => {
      exit(
        await runInCi(async (runtime) => {
          const { harborVersions, startDevHarbor } = await import('@harbor-pilot/dev-harbor');
          const harborVersion = harborVersions.find((version) => version === flags.harborVersion);
          if (harborVersion === undefined) {
            throw new PilotError('INPUT_INVALID', `there is no embedded Harbor ${flags.harborVersion}`, {
              hint: `Choose one of ${harborVersions.join(', ')}.`,
            });
          }
          const dataDirectory = resolve(runtime.workspace, flags.data);
          const harbor = await startDevHarbor({
            dataDirectory,
            port: parsePort(flags.port),
            harborVersion,
            warn: runtime.warn,
            ...(flags.advisories === undefined
              ? {}
              : { advisoriesDirectory: await requireFolder(resolve(runtime.workspace, flags.advisories)) }),
          });
          runtime.onCleanup(() => harbor.close());
          runtime.info(`Harbor is at ${harbor.url}`);
          runtime.info(`  user ${harbor.username}, password ${harbor.password}`);
          runtime.info(`  certificate ${resolve(dataDirectory, 'ca.crt')}`);
          runtime.info('Press Ctrl-C to end it.');
          await untilAborted(runtime.signal);
        }),
      );
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new PilotError('INPUT_INVALID', `"${text}" is not a port`, {
    hint: 'Give a number up to 65535; 0 is any free port.',
  });
}

async function requireFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return path;
  throw new PilotError('FILE_UNREADABLE', `${path} is not a folder`, {
    hint: 'Make the folder for the advisories first.',
  });
}

/** Waits for an interrupt, which is how a server is ended: it rejects with the signal's reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const keepAlive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(keepAlive);
      reject(signal.reason);
    });
  });
}
