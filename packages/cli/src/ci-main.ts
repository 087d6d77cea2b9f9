import { endProcess } from '@harbor-pilot/ci';
import { runCli } from './program.ts';

// The entry of the single file that the Jenkins library carries: the steps, without demo and embedded servers.
await endProcess(await runCli(process.argv.slice(2)));
