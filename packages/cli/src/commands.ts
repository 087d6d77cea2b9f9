import { addCertificates } from './certificates.ts';
import { addDemo } from './demo/command.ts';
import { addDevHarbor } from './dev-harbor.ts';
import { addExceptions } from './exceptions.ts';
import { addKeys } from './keys.ts';
import type { AddCommands } from './program.ts';
import { addRobots } from './robots.ts';

/** Adds what the command can do besides the steps. */
export const addCommands: AddCommands = (program, exit) => {
  addCertificates(program, exit);
  addRobots(program, exit);
  addExceptions(program, exit);
  addKeys(program, exit);
  addDevHarbor(program, exit);
  addDemo(program, exit);
};
