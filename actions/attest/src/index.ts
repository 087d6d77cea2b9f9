// Generated from the step declarations by "npm run codegen". Do not edit.
import { runInCi } from '@harbor-pilot/ci';
import { attestStep, executeStep } from '@harbor-pilot/steps';

process.exitCode = await runInCi((runtime, inputs) => executeStep(attestStep, runtime, inputs));
