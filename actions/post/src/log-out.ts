import { type LogOut, runInCi } from '@harbor-pilot/ci';
import { executeStep, logoutStep } from '@harbor-pilot/steps';

/** Runs the step `logout` in the post part; GitHub gives it the inputs of the main part, secrets among them. */
export const logOut: LogOut = (inputs) =>
  runInCi((runtime, sources) => executeStep(logoutStep, runtime, sources), { overrides: (kebab) => inputs[kebab] });
