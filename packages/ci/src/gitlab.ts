import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '@harbor-pilot/core';
import { outputVariable } from '@harbor-pilot/step-kit';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import { forLog } from './for-log.ts';
import type { Host } from './host.ts';

/** The dotenv report that hands outputs to later jobs; the templates name it under `artifacts:reports:dotenv`. */
export const dotenvFile = 'harbor-pilot.env';

/** GitLab masks no variable that is shorter (GitLab 18, "Mask a CI/CD variable"). */
const shortestMaskedLength = 8;

/** GitLab CI: foldable sections, outputs as a dotenv report. */
export function createGitlabRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const { environment, clock } = host;
  const workspace = environment.CI_PROJECT_DIR ?? host.workingDirectory;
  const outputs = new Map<string, string>();
  const base = createBaseRuntime({
    name: 'gitlab',
    host,
    cleanup,
    workspace,
    run: {
      ci: 'gitlab',
      ...(environment.CI_JOB_URL === undefined ? {} : { runUrl: environment.CI_JOB_URL }),
      ...(environment.CI_COMMIT_SHA === undefined ? {} : { commit: environment.CI_COMMIT_SHA }),
      ...(environment.CI_PROJECT_URL === undefined ? {} : { repositoryUrl: environment.CI_PROJECT_URL }),
    },
    print: (line) => host.writeOut(`${line}\n`),
  });
  let sections = 0;
  let hasWarned = false;
  return {
    ...base,
    mask: (secret) => {
      base.mask(secret);
      if (secret === '' || secret.length >= shortestMaskedLength || hasWarned) return;
      hasWarned = true;
      base.warn(
        `a secret of fewer than ${shortestMaskedLength} characters is used here: GitLab cannot mask it, so that other commands of the job may show it. Change it for a longer one`,
      );
    },
    group: async (title, body) => {
      const section = `harbor_pilot_${++sections}`;
      const seconds = (): number => Math.floor(clock.now().getTime() / 1000);
      host.writeOut(`\u001b[0Ksection_start:${seconds()}:${section}\r\u001b[0K${forLog(title)}\n`);
      try {
        return await body();
      } finally {
        host.writeOut(`\u001b[0Ksection_end:${seconds()}:${section}\r\u001b[0K\n`);
      }
    },
    setOutput: (name, value) => {
      if (!value.includes('\n')) outputs.set(name, value);
    },
    finish: async () => {
      const lines = [...outputs].map(([name, value]) => `${outputVariable(name)}=${value}\n`);
      const file = join(workspace, dotenvFile);
      if (lines.length > 0) await appendFile(file, lines.join('')).catch(unwritable(file));
    },
  };
}
