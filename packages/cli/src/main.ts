import { endProcess } from '@harbor-pilot/ci';
import { addCommands } from './commands.ts';
import { runCli } from './program.ts';

await endProcess(await runCli(process.argv.slice(2), addCommands));
