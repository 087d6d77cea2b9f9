import { asNumber, PilotError } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { projectUnavailable } from './errors.ts';
import { requireObject } from './parsing.ts';
import { projectPath } from './paths.ts';

/** The number of a project. */
export async function getProjectId(api: Api, project: string): Promise<number> {
  const id = await findProjectId(api, project);
  if (typeof id === 'number') return id;
  throw projectUnavailable({ host: api.host, what: '', credentials: api.credentials, project }, id.status);
}

async function findProjectId(api: Api, project: string): Promise<number | { readonly status: number }> {
  const what = `read the project ${project}`;
  const response = await api.call({
    method: 'GET',
    path: projectPath(project),
    what,
    expect: [200, 403, 404],
    project,
  });
  if (response.status !== 200) {
    await response.discard();
    return { status: response.status };
  }
  const id = asNumber(requireObject(await response.json(), what).project_id);
  if (id !== undefined) return id;
  throw new PilotError('ANSWER_UNEXPECTED', `Harbor gave no number for the project ${project}`, {
    hint: 'Check that the host is a Harbor of version 2.',
  });
}

/** Creates a project unless there is one; a project that is there is left as it is. */
export async function ensureProject(
  api: Api,
  project: string,
  metadata: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (typeof (await findProjectId(api, project)) === 'number') return false;
  const response = await api.call({
    method: 'POST',
    path: '/projects',
    what: `create the project ${project}`,
    expect: [201, 409],
    json: { project_name: project, metadata: { public: 'false', ...metadata } },
    permission: 'project: create',
  });
  await response.discard();
  if (response.status === 201) return true;
  // It is there now: another job made it, or it is one that this account may not see.
  await getProjectId(api, project);
  return false;
}
