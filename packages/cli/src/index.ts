export { type AddCommands, runCli } from './program.ts';
export { version } from './version.ts';
