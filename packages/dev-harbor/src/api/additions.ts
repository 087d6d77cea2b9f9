import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { kindOf } from '../registry/artifact-kind.ts';
import { readChart } from '../registry/chart.ts';
import { buildHistoryOf } from '../registry/image-config.ts';
import { formatArtifact } from '../registry/target.ts';
import { resultOf } from '../scan/results.ts';
import { sbomType } from '../scan/sbom.ts';
import { vulnerabilityReport, wantedMimeType } from '../scan/views.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, invalid, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Artifact } from '../store/artifacts.ts';
import { requireArtifact } from './lookup.ts';

const json = { 'Content-Type': 'application/json; charset=utf-8' };

type Json = Readonly<Record<string, unknown>>;

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

/**
 * Without a successful scan the report is an empty object, which says nothing about the image. What the scanner does not
 * scan has no report; early versions say so also while the scanner cannot be reached.
 */
async function showVulnerabilities(harbor: Harbor, exchange: Exchange): Promise<void> {
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'artifact-addition:read');
  const scanner = harbor.scanJobs.scannerOf(project);
  if (scanner === undefined) throw notFound(`no scanner registration configured for project: ${project.id}`);
  const canReport = (await harbor.scanJobs.canReport(scanner, artifact)) ?? harbor.version.reportsOutliveScanner;
  if (!canReport) {
    throw notFound(`report not found for ${formatArtifact(repository.name, artifact.digest)}`);
  }
  const types = await harbor.scanJobs.reportTypes(scanner);
  const mimeType = wantedMimeType(exchange.header('x-accept-vulnerabilities'), types);
  exchange.json(200, vulnerabilityReport(resultOf(harbor, scanner.uuid, artifact), mimeType, harbor.version));
}

/** A bill of materials answers to every name of an addition, all other artifacts to those of their kind. */
async function showAddition(harbor: Harbor, exchange: Exchange): Promise<void> {
  const addition = exchange.parameter('addition');
  const { additions } = harbor.version;
  if (!additions.includes(addition)) throw invalid(`addition in path should be one of [${additions.join(' ')}]`);
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-addition:read');
  const kind = kindOf(harbor.version, artifact.mediaType, artifact.artifactType);
  const manifest = manifestOf(harbor, artifact);
  if (kind.type === 'SBOM') return showSbom(harbor, exchange, manifest);
  if (!kind.additions.includes(addition)) throw badRequest(kind.refusal(addition.toUpperCase()));
  const config = await configOf(harbor, manifest);
  if (addition === 'build_history') return exchange.send(200, JSON.stringify(buildHistoryOf(config)), json);
  const chart = await readChart(await harbor.blobFiles.readAll(digestIn(chartLayerOf(manifest))));
  if (addition === 'dependencies') return exchange.send(200, JSON.stringify(dependenciesOf(config)), json);
  const isReadme = addition === 'readme.md';
  const type = isReadme ? 'text/markdown; charset=utf-8' : 'text/plain; charset=utf-8';
  exchange.send(200, (isReadme ? chart.readme : chart.values) ?? '', { 'Content-Type': type });
}

async function showSbom(harbor: Harbor, exchange: Exchange, manifest: Json): Promise<void> {
  const [layer, ...others] = asArray(manifest.layers);
  if (layer === undefined || others.length > 0) throw notFound('The sbom is not found');
  const document = await harbor.blobFiles.readAll(digestIn(layer));
  exchange.send(200, document ?? '{}', { 'Content-Type': sbomType });
}

/** The first layer that is not the configuration: a file with the provenance may follow it. */
function chartLayerOf(manifest: Json): unknown {
  return asArray(manifest.layers).find((layer) => digestIn(layer) !== digestIn(manifest.config));
}

/** Charts of the first version name their dependencies in a file of their own, which is not read here. */
function dependenciesOf(config: Json): unknown {
  return config.apiVersion === 'v2' ? (config.dependencies ?? null) : [];
}

function manifestOf(harbor: Harbor, artifact: Artifact): Json {
  const bytes = harbor.contents.manifest(artifact.digest)?.bytes;
  return asObject(JSON.parse(Buffer.from(bytes ?? '{}').toString())) ?? {};
}

async function configOf(harbor: Harbor, manifest: Json): Promise<Json> {
  const bytes = await harbor.blobFiles.readAll(digestIn(manifest.config));
  return asObject(JSON.parse(bytes?.toString() || '{}')) ?? {};
}

const digestIn = (descriptor: unknown): string => asString(asObject(descriptor)?.digest) ?? '';
