// Generated from the step declarations by "npm run codegen". Do not edit.
import { endProcess, runInCi } from '@harbor-pilot/ci';
import { executeStep, loginStep } from '@harbor-pilot/steps';

await endProcess(await runInCi((runtime, inputs) => executeStep(loginStep, runtime, inputs)));
