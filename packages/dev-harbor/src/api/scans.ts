import { asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { type Body, readBody, readOptionalBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, invalidField, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { ScanKind } from '../store/reports.ts';
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
  const kind = kindOf(await readOptionalBody(exchange, 'scanRequestType', { scan_type: 'string' }));
  const { project, repository, artifact } = requireArtifact(harbor, exchange, permissionOf(kind, 'create'));
  await harbor.scanJobs.start(project, repository.name, artifact, kind);
  exchange.empty(202);
}

async function stopScan(harbor: Harbor, exchange: Exchange): Promise<void> {
  const kind = kindOf(await readBody(exchange, 'scanType', { scan_type: 'string' }));
  const { project, artifact } = requireArtifact(harbor, exchange, permissionOf(kind, 'stop'));
  harbor.scanJobs.stop(project, artifact, kind);
  exchange.empty(202);
}

function showLog(harbor: Harbor, exchange: Exchange): void {
  requireArtifact(harbor, exchange, 'scan:read');
  const id = exchange.parameter('report_id');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw badRequest(`${id} is no id of a report`);
  const report = harbor.reports.byId(id);
  if (report === undefined) throw notFound(`report with uuid ${id} does not exist`);
  if (exchange.header('accept')?.startsWith('application/json')) exchange.json(200, report.log);
  else exchange.text(200, `${report.log}\n`);
}

function kindOf(body: Body | undefined): ScanKind {
  const kind = asString(body?.scan_type) ?? 'vulnerability';
  if (kind !== 'vulnerability' && kind !== 'sbom')
    throw invalidField('scan_type in body should be one of [vulnerability sbom]');
  return kind;
}
