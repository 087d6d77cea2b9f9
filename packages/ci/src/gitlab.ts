import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '@harbor-pilot/core';
import { componentVariable, outputVariable } from '@harbor-pilot/step-kit';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import { forLog } from './for-log.ts';
import type { Host } from './host.ts';

/** The dotenv report that hands outputs to later jobs; the templates name it under `artifacts:reports:dotenv`. */
export const dotenvFile = 'harbor-pilot.env';

/** Without one that is larger GitLab would take none of the outputs, and fail the job (limits of an instance, "dotenv_size"). */
const reportLimitBytes = 5 * 1024 - 1;

/** GitLab masks no variable that is shorter (GitLab 18, "Mask a CI/CD variable"). */
const shortestMaskedLength = 8;

/** GitLab CI: foldable sections, outputs as a dotenv report. */
export function createGitlabRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const { environment, clock } = host;
  const projectFolder = environment.CI_PROJECT_DIR ?? host.workingDirectory;
  const outputs = new Map<string, string>();
  const base = createBaseRuntime({
    name: 'gitlab',
    host,
    cleanup,
    run: {
      ci: 'gitlab',
      runUrl: environment.CI_JOB_URL,
      commit: environment.CI_COMMIT_SHA,
      repositoryUrl: environment.CI_PROJECT_URL,
    },
    print: (line) => host.writeOut(`${line}\n`),
  });
  let sections = 0;
  let hasWarned = false;
  return {
    ...base,
    mask: (secret) => {
      base.mask(secret);
      if (secret.startsWith(`${projectFolder}.tmp/`)) {
        base.warn(
          'a secret is the path of a file, since its variable is of the type "file": make it one of the type "variable"',
        );
      }
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
      const text = [value].flat().join(',');
      // GitLab looks for variables in what a dotenv report has; "$$" is one "$" there.
      const line = `${outputVariable(name)}=${text.replaceAll('$', '$$$$')}\n`;
      if (!text.includes('\n')) outputs.set(name, line);
      else
        base.warn(`the output "${name}" has several lines, which GitLab takes from no job: later jobs do not get it`);
    },
    inputSources: [(kebab) => componentInput(kebab, environment), ...base.inputSources],
    finish: async () => {
      const file = join(projectFolder, dotenvFile);
      const earlier = await stat(file).catch(() => ({ size: 0 }));
      const lines = withinLimit(outputs, reportLimitBytes - earlier.size, base.warn);
      if (lines.length > 0) await appendFile(file, lines.join('')).catch(unwritable(file));
    },
  };
}

/**
 * An input of a component. In those that may have a "$" of their own GitLab is told to look for no variables; where there
 * is nothing but the name of one, that is meant.
 */
function componentInput(kebab: string, environment: Host['environment']): string | undefined {
  const value = environment[componentVariable(kebab)];
  const variable = /^\$(?:\{(\w+)\}|(\w+))$/
    .exec(value?.trim() ?? '')
    ?.slice(1)
    .join('');
  return variable === undefined ? value : environment[variable];
}

/** The lines that fit, in their order; the longest do not. */
function withinLimit(
  outputs: ReadonlyMap<string, string>,
  limitBytes: number,
  warn: (line: string) => void,
): readonly string[] {
  const kept = new Map(outputs);
  let size = Buffer.byteLength([...kept.values()].join(''));
  for (const [name, line] of [...outputs].sort(([, a], [, b]) => b.length - a.length)) {
    if (size <= limitBytes) break;
    kept.delete(name);
    size -= Buffer.byteLength(line);
    warn(`the output "${name}" is too long for the 5 KB that GitLab takes from a job: later jobs do not get it`);
  }
  return [...kept.values()];
}
