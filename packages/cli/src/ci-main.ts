import { runCli } from './program.ts';

// The entry of the single file that the Jenkins library carries: the steps, without demo and embedded servers.
process.exitCode = await runCli(process.argv.slice(2));
