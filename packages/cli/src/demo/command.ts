import { runInCi } from '@harbor-pilot/ci';
import type { Command } from 'commander';

/** Adds the command that shows the whole way of an image on embedded servers. */
export function addDemo(program: Command, exit: (code: number) => void): void {
  program
    .command('demo')
    .description(
      'Release a small service through an embedded Harbor into an embedded cluster, and show two releases that fail.',
    )
    .option('--output <folder>', 'Folder for the report and the record.', 'demo-output')
    .action(async (flags: { output: string }) => {
      exit(await runInCi(async (runtime) => (await import('./run-demo.ts')).runDemo(runtime, flags.output)));
    });
}
