import { asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { internalError, invalidField } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import { answerScanners, viewScanner } from './scanner-view.ts';

/** The scanner of a project. */
export const projectScannerRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/scanner', handle: showScanner },
  { method: 'PUT', pattern: '/projects/{project}/scanner', handle: assignScanner },
  { method: 'GET', pattern: '/projects/{project}/scanner/candidates', handle: listCandidates, lists: true },
];

/** Without a scanner the answer is empty. */
async function showScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireSignedIn(exchange);
  const project = harbor.authorizer.requireProject(exchange, 'scanner:read');
  const scanner = harbor.scanJobs.scannerOf(project);
  if (scanner === undefined) return exchange.empty(200);
  const metadata = await harbor.scanJobs.metadataOf(scanner);
  exchange.json(200, {
    ...(await viewScanner(harbor, scanner)),
    ...(metadata === undefined
      ? {}
      : { adapter: metadata.scanner.name, vendor: metadata.scanner.vendor, version: metadata.scanner.version }),
    health: metadata === undefined ? 'unhealthy' : 'healthy',
  });
}

/** An unknown scanner is assigned without a word, and counts for nothing. One without a name breaks Harbor. */
async function assignScanner(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'payload', { uuid: 'string' });
  const uuid = asString(body.uuid);
  if (uuid === undefined) throw invalidField('uuid in body is required');
  const project = harbor.authorizer.requireProject(exchange, 'scanner:create');
  if (uuid === '') throw internalError();
  harbor.projects.setScanner(project.id, uuid);
  exchange.empty(200);
}

async function listCandidates(harbor: Harbor, exchange: Exchange): Promise<void> {
  harbor.authorizer.requireProject(exchange, 'scanner:create');
  await answerScanners(harbor, exchange, harbor.scanners.all());
}
