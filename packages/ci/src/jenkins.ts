import { writeFile } from 'node:fs/promises';
import { redact, unwritable } from '@harbor-pilot/core';
import { otherVariables } from '@harbor-pilot/step-kit';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import type { Host } from './host.ts';
import { collectResult } from './json-result.ts';

/** Jenkins: plain lines, and a JSON file with outputs or error that the shared library reads. */
export function createJenkinsRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const { environment } = host;
  const collected = collectResult();
  const base = createBaseRuntime({
    name: 'jenkins',
    host,
    cleanup,
    run: {
      ci: 'jenkins',
      runUrl: environment.BUILD_URL,
      commit: environment.GIT_COMMIT,
      repositoryUrl: environment.GIT_URL,
    },
    print: (line) => host.writeOut(`${line}\n`),
  });
  return {
    ...base,
    setOutput: collected.setOutput,
    fail: (error) => {
      collected.fail(error);
      base.fail(error);
    },
    finish: async () => {
      const file = environment[otherVariables.resultFile];
      if (file !== undefined) await writeFile(file, redact(JSON.stringify(collected.result()))).catch(unwritable(file));
    },
  };
}
