import { generateKeysStep, importKeysStep, publicKeyStep } from '@harbor-pilot/steps';
import type { Command } from 'commander';
import { addStep } from './program.ts';

/** Adds the commands for those who look after the keys to sign with. */
export function addKeys(program: Command, exit: (code: number) => void): void {
  const group = program.command('keys').description('Make key pairs to sign with, bring keys into the form of cosign.');
  addStep(group, generateKeysStep, exit);
  addStep(group, importKeysStep, exit);
  addStep(group, publicKeyStep, exit, 'publicKey');
}
