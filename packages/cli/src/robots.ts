import { rotateRobotStep } from '@harbor-pilot/steps';
import type { Command } from 'commander';
import { addStep } from './program.ts';

/** Adds the commands for those who look after robot accounts. */
export function addRobots(program: Command, exit: (code: number) => void): void {
  const group = program.command('robots').description('Look after robot accounts that live longer than a job.');
  addStep(group, rotateRobotStep, exit);
}
