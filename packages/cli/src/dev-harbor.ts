import { resolve } from 'node:path';
import { runInCi } from '@harbor-pilot/ci';
import type { Command } from 'commander';

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
    .action(async (flags: { port: string; data: string; advisories?: string }) => {
      exit(
        await runInCi(async (runtime) => {
          const { startDevHarbor } = await import('@harbor-pilot/dev-harbor');
          const dataDirectory = resolve(runtime.workspace, flags.data);
          const harbor = await startDevHarbor({
            dataDirectory,
            port: Number(flags.port),
            warn: runtime.warn,
            ...(flags.advisories === undefined
              ? {}
              : { advisoriesDirectory: resolve(runtime.workspace, flags.advisories) }),
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
