import * as core from '@actions/core';
import { causeChain, type PilotError, redact, registerSecret } from '@harbor-pilot/core';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import type { Host } from './host.ts';
import { foldersState, logoutsState } from './post.ts';

/** GitHub Actions: inputs, masks, annotations, outputs and the summary through `@actions/core`. */
export function createGithubRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const { environment } = host;
  const masked = new Set<string>();
  const folders: string[] = [];
  const logouts: Readonly<Record<string, string>>[] = [];
  const runUrl = githubRunUrl(environment);
  const base = createBaseRuntime({
    name: 'github',
    host,
    cleanup,
    workspace: environment.GITHUB_WORKSPACE ?? host.workingDirectory,
    run: {
      ci: 'github',
      ...(runUrl === undefined ? {} : { runUrl }),
      ...(environment.GITHUB_SHA === undefined ? {} : { commit: environment.GITHUB_SHA }),
      ...(repositoryUrl(environment) === undefined ? {} : { repositoryUrl: repositoryUrl(environment) as string }),
    },
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
    warn: (line) => core.warning(redact(line)),
    group: (title, body) => core.group(title, body),
    setOutput: (name, value) => core.setOutput(name, value),
    summary: async (markdown) => {
      if (environment.GITHUB_STEP_SUMMARY !== undefined) await core.summary.addRaw(redact(markdown), true).write();
    },
    exportVariable: (name, value) => core.exportVariable(name, value),
    removeAfterJob: (folder) => {
      folders.push(folder);
      core.saveState(foldersState, JSON.stringify(folders));
    },
    logOutAfterJob: (inputs) => {
      logouts.push(inputs);
      core.saveState(logoutsState, JSON.stringify(logouts));
    },
    inputSources: [(kebab) => environment[`INPUT_${kebab.toUpperCase()}`], ...base.inputSources],
    fail,
  };
}

function fail(error: PilotError): void {
  const causes = causeChain(error);
  if (causes.length > 0) {
    core.startGroup('Causes');
    causes.forEach((cause) => void core.info(withoutCommands(cause)));
    core.endGroup();
  }
  core.error(`${error.message}${error.hint === undefined ? '' : ` Hint: ${error.hint}`}`, { title: error.code });
}

/**
 * The runner takes commands out of the log: `::name::` where a line begins, `##[name]` anywhere (actions/runner, ActionCommand.cs). What servers and
 * programs have said must give it none.
 */
function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll(/##(?=\w*\[)/g, '## ');
}

function githubRunUrl(environment: Host['environment']): string | undefined {
  const repository = repositoryUrl(environment);
  return repository === undefined || environment.GITHUB_RUN_ID === undefined
    ? undefined
    : `${repository}/actions/runs/${environment.GITHUB_RUN_ID}`;
}

function repositoryUrl(environment: Host['environment']): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  return server === undefined || repository === undefined ? undefined : `${server}/${repository}`;
}
