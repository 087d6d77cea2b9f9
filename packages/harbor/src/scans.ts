import { asObject, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import { reportForms } from './artifacts.ts';
import { artifactPath } from './paths.ts';
import { readReport } from './reports.ts';
import type { ScanKind, VulnerabilityReport } from './types.ts';

// Of an image with 100,000 packages or files.
const documentLimitBytes = 400 * 1024 * 1024;

/** Asks Harbor to scan. It is not an error that somebody did so before. */
export async function startScan(
  api: Api,
  project: string,
  repository: string,
  digest: Digest,
  kind: ScanKind,
): Promise<'started' | 'already-running'> {
  const response = await api.call({
    method: 'POST',
    path: `${artifactPath(project, repository, digest)}/scan`,
    what: `scan ${project}/${repository}@${digest}`,
    expect: [200, 202, 409],
    json: { scan_type: kind },
    project,
    permission: kind === 'sbom' ? 'sbom: create' : 'scan: create',
  });
  await response.discard();
  return response.status === 409 ? 'already-running' : 'started';
}

/** The last report, or undefined: never scanned and failed to scan look the same here. */
export async function getVulnerabilities(
  api: Api,
  project: string,
  repository: string,
  digest: Digest,
): Promise<VulnerabilityReport | undefined> {
  const what = `read the report of ${project}/${repository}@${digest}`;
  try {
    const response = await api.call({
      method: 'GET',
      path: `${artifactPath(project, repository, digest)}/additions/vulnerabilities`,
      what,
      expect: [200],
      headers: reportForms,
      project,
      permission: 'artifact-addition: read',
    });
    return await readReport(response.body, what);
  } catch (error) {
    // Harbor says so without a scanner, and 2.12 while the scanner is unhealthy; later versions give the stored report.
    if (
      error instanceof PilotError &&
      error.code === 'REFERENCE_NOT_FOUND' &&
      /report not found|no scanner registration/i.test(error.message)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** The document of a bill of materials, or undefined: a new one takes the place of the old one, which is gone then. */
export async function getBillOfMaterials(
  api: Api,
  project: string,
  repository: string,
  sbomDigest: Digest,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const response = await api.call({
    method: 'GET',
    path: `${artifactPath(project, repository, sbomDigest)}/additions/sbom`,
    what: `read the bill of materials ${project}/${repository}@${sbomDigest}`,
    expect: [200, 404],
    project,
    permission: 'artifact-addition: read',
  });
  if (response.status === 200) return asObject(await response.json(documentLimitBytes));
  await response.discard();
  return undefined;
}
