import { endProcess } from '@harbor-pilot/ci';
import { addCertificates } from './certificates.ts';
import { addDemo } from './demo/command.ts';
import { addDevHarbor } from './dev-harbor.ts';
import { addExceptions } from './exceptions.ts';
import { addKeys } from './keys.ts';
import { runCli } from './program.ts';
import { addRobots } from './robots.ts';

const exitCode = await runCli(process.argv.slice(2), (program, exit) => {
  addCertificates(program, exit);
  addRobots(program, exit);
  addExceptions(program, exit);
  addKeys(program, exit);
  addDevHarbor(program, exit);
  addDemo(program, exit);
});
await endProcess(exitCode);
