import { asNumber, asObject, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import { artifactPath } from './paths.ts';
import { getProjectId } from './projects.ts';

const color = '#1b6ac9';

/** Puts a label of the project on an artifact, and makes the label when the project has none of that name. */
export async function labelArtifact(
  api: Api,
  project: string,
  repository: string,
  digest: Digest,
  label: string,
): Promise<void> {
  const projectId = await getProjectId(api, project);
  const id = (await findLabel(api, project, projectId, label)) ?? (await createLabel(api, project, projectId, label));
  const response = await api.call({
    method: 'POST',
    path: `${artifactPath(project, repository, digest)}/labels`,
    what: `put the label ${label} on ${project}/${repository}@${digest}`,
    // 409: it has the label already.
    expect: [200, 201, 409],
    json: { id },
    project,
    permission: 'artifact-label: create',
  });
  await response.discard();
}

async function findLabel(api: Api, project: string, projectId: number, label: string): Promise<number | undefined> {
  const query = new URLSearchParams({ scope: 'p', project_id: String(projectId), name: label });
  const what = `list the labels of ${project}`;
  for await (const entry of api.list({ path: `/labels?${query}`, what, project, permission: 'label: list' })) {
    // Harbor looks for names that contain the text.
    if (asObject(entry)?.name === label) return asNumber(asObject(entry)?.id);
  }
  return undefined;
}

async function createLabel(api: Api, project: string, projectId: number, label: string): Promise<number> {
  const response = await api.call({
    method: 'POST',
    path: '/labels',
    what: `create the label ${label} of ${project}`,
    expect: [201, 409],
    json: { name: label, color, scope: 'p', project_id: projectId },
    project,
    permission: 'label: create',
  });
  await response.discard();
  const id = await findLabel(api, project, projectId, label);
  if (id !== undefined) return id;
  throw new PilotError(
    'ANSWER_UNEXPECTED',
    `Harbor does not list the label ${label} of ${project} that was just made`,
    {
      hint: 'Try again.',
    },
  );
}
