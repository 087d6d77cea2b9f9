import { appendFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { PilotError, redact, registerSecret } from '@harbor-pilot/core';
import type { RunInfo } from '@harbor-pilot/step-kit';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import { forLog } from './for-log.ts';
import type { Host } from './host.ts';
import { foldersState, logoutsState } from './post.ts';

/** GitHub Actions: inputs, masks, annotations and outputs through `@actions/core`. */
export function createGithubRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const { environment } = host;
  const masked = new Set<string>();
  const folders: string[] = [];
  const logouts: Readonly<Record<string, string>>[] = [];
  const base = createBaseRuntime({
    name: 'github',
    host,
    cleanup,
    run: runOf(environment),
    print: (line) => core.info(withoutCommands(line)),
  });
  return {
    ...base,
    mask: (secret) => {
      // A line for each form: written one by one they take as long as a request.
      process.stdout.cork();
      for (const form of registerSecret(secret)) {
        if (!masked.has(form)) core.setSecret(form);
        masked.add(form);
      }
      process.stdout.uncork();
    },
    warn: (line) => core.warning(forLog(line)),
    group: (title, body) => core.group(forLog(title), body),
    setOutput: (name, value) => handOver('GITHUB_OUTPUT', () => core.setOutput(name, [value].flat().join('\n'))),
    summary: async (markdown) => {
      const { GITHUB_STEP_SUMMARY: file = '' } = environment;
      if (file !== '') await appendFile(file, `${redact(markdown)}\n`).catch(unusable('GITHUB_STEP_SUMMARY'));
    },
    exportVariable: (name, value) => handOver('GITHUB_ENV', () => core.exportVariable(name, value)),
    removeAfterJob: (folder) => {
      folders.push(folder);
      handOver('GITHUB_STATE', () => core.saveState(foldersState, JSON.stringify(folders)));
    },
    logOutAfterJob: (inputs) => {
      logouts.push(inputs);
      handOver('GITHUB_STATE', () => core.saveState(logoutsState, JSON.stringify(logouts)));
    },
    inputSources: [(kebab) => environment[`INPUT_${kebab.toUpperCase()}`], ...base.inputSources],
    fail: (error) => {
      // Of an annotation the log has only the message: neither code nor causes (actions/runner, ExecutionContext.cs).
      base.fail(error);
      const hint = error.hint === undefined ? '' : ` Hint: ${error.hint}`;
      core.error(forLog(`${error.message}${hint}`), { title: error.code });
    },
  };
}

/** Hands something over in the file that a variable of the runner names. @throws PilotError FILE_UNWRITABLE */
function handOver(variable: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    unusable(variable)(cause);
  }
}

function unusable(variable: string): (cause: unknown) => never {
  return (cause) => {
    throw new PilotError('FILE_UNWRITABLE', `the file that the variable ${variable} names cannot be written`, {
      cause,
      hint: 'The runner makes it for each step; in a container it must be mounted.',
    });
  };
}

/**
 * The runner takes commands out of the log: `::name::` where a line begins, `##[name]` anywhere (actions/runner,
 * ActionCommand.cs). What servers and programs have said must give it none.
 */
function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll(/##(?=\w*\[)/g, '## ');
}

function runOf(environment: Host['environment']): RunInfo {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: id,
    GITHUB_SHA: commit,
  } = environment;
  if (server === undefined || repository === undefined) return { ci: 'github', commit };
  const repositoryUrl = `${server}/${repository}`;
  return {
    ci: 'github',
    commit,
    repositoryUrl,
    runUrl: id === undefined ? undefined : `${repositoryUrl}/actions/runs/${id}`,
  };
}
