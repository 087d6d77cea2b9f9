import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { onTerminal } from '../e2e/on-terminal.ts';
import type { Run } from '../e2e/run-process.ts';
import type { Workspace, World } from '../e2e/world.ts';

/** What a command could leave behind: files of the user, temporary files, tags in Harbor. */
export interface Traces {
  readonly files: readonly string[];
  readonly temporary: readonly string[];
  readonly tags: readonly string[];
}

const temporaryFolder = (workspace: Workspace): string => join(workspace.home, 'tmp');

/** Runs a script with a folder of its own for temporary files. */
export async function runTraced(
  workspace: Workspace,
  script: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Run> {
  await mkdir(temporaryFolder(workspace), { recursive: true });
  return onTerminal(workspace, script, { TMPDIR: temporaryFolder(workspace), ...variables });
}

/** Looks at everything that a command could have changed. */
export async function traces(world: World, workspace: Workspace): Promise<Traces> {
  const names = await readdir(workspace.folder, { recursive: true });
  return {
    files: names.filter((name) => !name.startsWith('.git')).sort(),
    temporary: await readdir(temporaryFolder(workspace)).catch(() => []),
    tags: await tagsOf(world),
  };
}

async function tagsOf({ stage }: World): Promise<readonly string[]> {
  const { registry: host, username, password, caCertificate = '' } = stage;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  try {
    const tags = createRegistry({ http, host, credentials: { username, password } }).listTags('shop/hello');
    return (await Array.fromAsync(tags)).sort();
  } catch (error) {
    if (error instanceof PilotError && error.code === 'REFERENCE_NOT_FOUND') return [];
    throw error;
  } finally {
    http.close();
  }
}
