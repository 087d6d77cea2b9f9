import { asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { scannedParts } from '../scan/results.ts';
import { type Body, readBody, readOptionalBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, internalError, invalidField, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Report, ScanKind } from '../store/reports.ts';
import { requireArtifact } from './lookup.ts';

const base = '/projects/{project}/repositories/{repository}/artifacts/{reference}/scan';

/** Scans of an artifact. */
export const scanRoutes: readonly Route[] = [
  { method: 'POST', pattern: base, handle: startScan },
  { method: 'POST', pattern: `${base}/stop`, handle: stopScan },
  { method: 'GET', pattern: `${base}/{report_id}/log`, handle: showLog, produces: ['text/plain', 'application/json'] },
];

const permissionOf = (kind: ScanKind, action: string): string => `${kind === 'sbom' ? 'sbom' : 'scan'}:${action}`;

async function startScan(harbor: Harbor, exchange: Exchange): Promise<void> {
  const kind = kindOf(await readOptionalBody(exchange, 'scanRequestType', { scan_type: 'string' })) ?? 'vulnerability';
  const { project, repository, artifact } = requireArtifact(harbor, exchange, permissionOf(kind, 'create'));
  const reference = exchange.parameter('reference');
  const tag = reference === artifact.digest ? undefined : reference;
  await harbor.scanJobs.start(project, repository.name, artifact, kind, tag);
  exchange.empty(202);
}

/** Harbor breaks when it is not told what to stop. */
async function stopScan(harbor: Harbor, exchange: Exchange): Promise<void> {
  const kind = kindOf(await readBody(exchange, 'scanType', { scan_type: 'string' }));
  const { artifact } = requireArtifact(harbor, exchange, permissionOf(kind ?? 'vulnerability', 'stop'));
  if (kind === undefined) throw internalError();
  harbor.scanJobs.stop(artifact, kind);
  exchange.empty(202);
}

/** The log of a scan, or of those of an index together, one after the other. */
function showLog(harbor: Harbor, exchange: Exchange): void {
  const { artifact } = requireArtifact(harbor, exchange, 'scan:read');
  const id = exchange.parameter('report_id');
  const ids = reportIdsOf(id);
  const bad = ids.find((one) => !uuid.test(one));
  if (bad !== undefined) throw badRequest(`bad request: invalid UUID ${bad}`);
  const reports = ids
    .flatMap((one) => harbor.reports.byId(one) ?? [])
    .filter((report) => harbor.reports.artifactOf(report.uuid) !== undefined);
  if (reports.length === 0) throw notFound(`report with uuid ${id} does not exist`);
  const artifactIds = scannedParts(harbor, artifact).map((part) => part.id);
  if (!reports.every((report) => artifactIds.includes(harbor.reports.artifactOf(report.uuid) ?? 0))) {
    throw notFound(`scan log with uuid: ${id} not found`);
  }
  const title = (report: Report): string =>
    reports.length > 1 ? `---------- Logs of report ${report.uuid} ----------\n` : '';
  const log = reports.map((report) => `${title(report)}${report.log}\n`).join('\n\n\n\n');
  if (exchange.header('accept')?.startsWith('application/json')) exchange.json(200, log);
  else exchange.send(200, log, { 'Content-Type': 'text/plain' });
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of an index's report holds those of its parts, in Base64. */
function reportIdsOf(id: string): string[] {
  const isEncoded = id.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(id);
  return (isEncoded ? Buffer.from(id, 'base64').toString() : id).split('|');
}

function kindOf(body: Body | undefined): ScanKind | undefined {
  const kind = asString(body?.scan_type) || undefined;
  if (kind === undefined || kind === 'vulnerability' || kind === 'sbom') return kind;
  throw invalidField('scan_type in body should be one of [vulnerability sbom]');
}
