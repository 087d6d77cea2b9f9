import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PilotError, systemClock, toPilotError } from '@harbor-pilot/core';
import { advisoriesUpdatedAt } from './advisory-folder.ts';
import { scanImage } from './image-scan.ts';
import { defaultScanLimits } from './layer-reader.ts';
import { scannerIdentity, scannerMimeTypes } from './mime-types.ts';
import { openImageSource } from './registry-source.ts';
import { formatPlanted, formatReport } from './report.ts';
import { formatSbom, isSbomReport, spdxMediaType } from './sbom.ts';
import { createJobs, type Jobs } from './scan-jobs.ts';
import { consumedMimeTypes, parseScanRequest, type ScanRequest } from './scan-request.ts';
import { ScanScript, type ScriptedScan } from './script.ts';

/** Where the scanner finds what it needs. */
export interface ScannerOptions {
  /** Folder of advisories in OSV format, read at every scan. Without it nothing is found. */
  readonly advisoriesDirectory?: string;
  /** PEM of the authority that the registry's certificate has to be from. */
  readonly caCertificate: string;
  /** Port on 127.0.0.1; any free one when absent. */
  readonly port?: number;
}

/** A running scanner. */
export interface ScannerAdapter {
  /** `http://127.0.0.1:PORT`, to register in Harbor. */
  readonly url: string;
  /** What it is told to do, for tests. */
  readonly script: ScanScript;
  /** Aborts the scans and closes the port. */
  close(): Promise<void>;
}

const bodyLimitBytes = 64 * 1024;
const scanDeadlineSeconds = 600;
/** A small image is scanned in less: it is reported at the first question, not a second later. */
const patienceMilliseconds = 500;

/**
 * Starts a vulnerability scanner that speaks Harbor's Pluggable Scanner API 1.2 on the loopback interface.
 * It reads the databases of dpkg and apk and the lock files of npm out of an image's layers.
 */
export async function startScannerAdapter(options: ScannerOptions): Promise<ScannerAdapter> {
  const scans: Scans = { jobs: createJobs(scanDeadlineSeconds), script: new ScanScript(), heldUntil: new Map() };
  const server = createServer((request, response) => {
    answer(request, options, scans)
      .catch((error: unknown) => failure(500, toPilotError(error).message))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: scans.script,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, scans.jobs.close()]);
    },
  };
}

interface Scans {
  readonly jobs: Jobs<object>;
  readonly script: ScanScript;
  /** When scans that were told to be slow may end, by their ids, in milliseconds since 1970. */
  readonly heldUntil: Map<string, number>;
}

interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

async function answer(request: IncomingMessage, options: ScannerOptions, scans: Scans): Promise<Answer> {
  if (scans.script.isUnhealthy) return failure(503, 'the scanner was told to be unhealthy');
  const { pathname } = new URL(request.url ?? '/', 'http://scanner');
  const call = `${request.method} ${pathname}`;
  if (call === 'GET /api/v1/metadata') {
    return content(200, scannerMimeTypes.metadata, await metadata(options.advisoriesDirectory));
  }
  if (call === 'POST /api/v1/scan') return accept(await readBody(request), options, scans);
  const id = /^GET \/api\/v1\/scan\/([^/]+)\/report$/.exec(call)?.[1];
  if (id !== undefined) return deliver(id, request.headers.accept, scans);
  return failure(404, `there is no ${call}`);
}

async function metadata(advisoriesDirectory: string | undefined): Promise<object> {
  const updatedAt = await advisoriesUpdatedAt(advisoriesDirectory);
  return {
    scanner: scannerIdentity,
    capabilities: [
      {
        type: 'vulnerability',
        consumes_mime_types: consumedMimeTypes,
        produces_mime_types: [scannerMimeTypes.report, scannerMimeTypes.reportOfHarborOnly],
      },
      {
        type: 'sbom',
        consumes_mime_types: consumedMimeTypes,
        produces_mime_types: [scannerMimeTypes.sbom],
        additional_attributes: { sbom_media_types: [spdxMediaType] },
      },
    ],
    properties: {
      'harbor.scanner-adapter/scanner-type': 'os-package-vulnerability',
      // With a token, it may read what the policies of a project keep back.
      'harbor.scanner-adapter/registry-authorization-type': 'Bearer',
      ...(updatedAt && { 'harbor.scanner-adapter/vulnerability-database-updated-at': updatedAt.toISOString() }),
    },
  };
}

function accept(body: string | undefined, options: ScannerOptions, { jobs, script, heldUntil }: Scans): Answer {
  if (body === undefined) return failure(400, `the scan request is longer than ${bodyLimitBytes} bytes`);
  const parsed = parseScanRequest(body);
  if ('status' in parsed) return failure(parsed.status, parsed.message);
  const { request } = parsed;
  const told = script.for(request.artifact);
  const id = jobs.start((signal) => perform(request, told, options, signal));
  if (told?.delaySeconds !== undefined) heldUntil.set(id, systemClock.now().getTime() + told.delaySeconds * 1000);
  return content(202, scannerMimeTypes.scanResponse, { id });
}

async function perform(
  request: ScanRequest,
  told: ScriptedScan | undefined,
  options: ScannerOptions,
  signal: AbortSignal,
): Promise<object> {
  if (told?.failure !== undefined) throw new PilotError('SCAN_FAILED', told.failure);
  const isPlanted = request.kind === 'vulnerability' && told?.vulnerabilities !== undefined;
  return isPlanted
    ? formatPlanted(request.artifact, told.vulnerabilities, systemClock.now())
    : scan(request, options, signal);
}

async function scan(request: ScanRequest, options: ScannerOptions, signal: AbortSignal): Promise<object> {
  const source = openImageSource(request, options.caCertificate, signal);
  try {
    const result = await scanImage(source, options.advisoriesDirectory, defaultScanLimits);
    const format = request.kind === 'sbom' ? formatSbom : formatReport;
    return format(request.artifact, result, systemClock.now());
  } finally {
    source.close();
  }
}

async function deliver(id: string, wanted: string | undefined, { jobs, heldUntil }: Scans): Promise<Answer> {
  const job = await jobs.wait(id, patienceMilliseconds);
  if (job === undefined) return failure(404, `there is no scan ${id}`);
  const type = reportType(wanted, job.state === 'done' ? isSbomReport(job.result) : undefined);
  if (type === undefined) return failure(501, `reports of type ${wanted} are not made`);
  const isHeld = (heldUntil.get(id) ?? 0) > systemClock.now().getTime();
  if (job.state === 'running' || isHeld) return { status: 302, headers: { 'Refresh-After': '1' }, body: '' };
  if (job.state === 'done') return content(200, type, job.result);
  const { code, message, hint } = job.error;
  return failure(500, `${code}: ${message}${hint === undefined ? '' : `. ${hint}`}`);
}

/**
 * The media type to answer with. The older one of vulnerabilities differs by its name alone: readers skip the fields they
 * do not know.
 * @param isSbom what kind of report there is; undefined when none is.
 */
function reportType(accepted: string | undefined, isSbom: boolean | undefined): string | undefined {
  const { report, reportOfHarborOnly, sbom } = scannerMimeTypes;
  const made =
    isSbom === undefined ? [report, reportOfHarborOnly, sbom] : isSbom ? [sbom] : [report, reportOfHarborOnly];
  if (accepted === undefined || accepted.includes('*/*')) return made[0];
  const bare = (type: string): string => type.replaceAll(/\s/g, '').toLowerCase();
  return made.find((type) => bare(accepted).includes(bare(type)));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= bodyLimitBytes) chunks.push(chunk);
  }
  return sizeBytes > bodyLimitBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

function content(status: number, type: string, body: object): Answer {
  return { status, headers: { 'Content-Type': type }, body: JSON.stringify(body) };
}

function failure(status: number, message: string): Answer {
  return content(status, scannerMimeTypes.error, { error: { message } });
}
