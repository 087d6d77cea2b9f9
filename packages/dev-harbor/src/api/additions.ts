import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { isReadAsImage } from '../registry/manifest.ts';
import { formatArtifact } from '../registry/target.ts';
import { resultOf } from '../scan/results.ts';
import { sbomType } from '../scan/sbom.ts';
import { vulnerabilityReport, wantedMimeType } from '../scan/views.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, invalid, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Artifact } from '../store/artifacts.ts';
import { requireArtifact } from './lookup.ts';

const base = '/projects/{project}/repositories/{repository}/artifacts/{reference}/additions';

/** What there is to know about an artifact beside its record. */
export const additionRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${base}/vulnerabilities`,
    handle: showVulnerabilities,
    produces: ['application/json', 'text/plain'],
  },
  { method: 'GET', pattern: `${base}/{addition}`, handle: showAddition, produces: ['application/json', 'text/plain'] },
];

/** Without a successful scan the report is an empty object, which says nothing about the image. */
async function showVulnerabilities(harbor: Harbor, exchange: Exchange): Promise<void> {
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'artifact-addition:read');
  const scanner = harbor.scanJobs.scannerOf(project);
  if (scanner === undefined) throw notFound('no scanner registration configured for project');
  const isScannable = await harbor.scanJobs.scannable(scanner);
  if (!harbor.version.reportsOutliveScanner && !isScannable(artifact)) {
    throw notFound(`report not found for ${formatArtifact(repository.name, artifact.digest)}`);
  }
  const result = resultOf(harbor, scanner.uuid, artifact);
  const mimeType = wantedMimeType(exchange.header('x-accept-vulnerabilities'));
  exchange.json(200, vulnerabilityReport(result, mimeType, harbor.version));
}

async function showAddition(harbor: Harbor, exchange: Exchange): Promise<void> {
  const addition = exchange.parameter('addition');
  const { additions } = harbor.version;
  if (!additions.includes(addition)) throw invalid(`addition in path should be one of [${additions.join(' ')}]`);
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-addition:read');
  const manifest = manifestOf(harbor, artifact);
  if (addition === 'build_history' && isReadAsImage(harbor.version, artifact.mediaType, artifact.artifactType)) {
    const config = await harbor.blobFiles.readAll(digestIn(manifest.config));
    return exchange.json(200, asObject(JSON.parse(config?.toString() ?? '{}'))?.history ?? []);
  }
  if (addition === 'sbom' && artifact.mediaType === sbomType) {
    const document = await harbor.blobFiles.readAll(digestIn(asArray(manifest.layers)[0]));
    return exchange.send(200, document ?? '{}', { 'Content-Type': sbomType });
  }
  const kind = `${artifact.type}(manifest version 2)`;
  throw badRequest(`addition ${addition.toUpperCase()} isn't supported for ${kind}`);
}

function manifestOf(harbor: Harbor, artifact: Artifact): Readonly<Record<string, unknown>> {
  const bytes = harbor.contents.manifest(artifact.digest)?.bytes;
  return asObject(JSON.parse(Buffer.from(bytes ?? '{}').toString())) ?? {};
}

const digestIn = (descriptor: unknown): string => asString(asObject(descriptor)?.digest) ?? '';
