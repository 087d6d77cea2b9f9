import { checkExceptionsStep } from '@harbor-pilot/steps';
import type { Command } from 'commander';
import { addStep } from './program.ts';

/** Adds the commands for those who look after the exceptions of the gate. */
export function addExceptions(program: Command, exit: (code: number) => void): void {
  const group = program.command('exceptions').description('Look after what the gate lets pass.');
  addStep(group, checkExceptionsStep, exit);
}
