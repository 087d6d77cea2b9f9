import { asNumber, PilotError } from '@harbor-pilot/core';
import { refusalError } from '@harbor-pilot/http';
import type { Api } from './api.ts';
import { requireObject } from './parsing.ts';
import { projectPath } from './paths.ts';

/** The number of a project. */
export async function getProjectId(api: Api, project: string): Promise<number> {
  const id = await findProjectId(api, project);
  if (id !== undefined) return id;
  // Harbor answers 403 for a project that does not exist, too.
  const problem = { status: 404, code: 'NOT_FOUND', text: `project ${project} not found` };
  throw refusalError(problem, { server: 'harbor', host: api.host, what: `read the project ${project}`, project });
}

async function findProjectId(api: Api, project: string): Promise<number | undefined> {
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
    return undefined;
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
  if ((await findProjectId(api, project)) !== undefined) return false;
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
