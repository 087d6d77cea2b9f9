import { asArray, asNumber, asObject, asString, eitherSignal, PilotError } from '@harbor-pilot/core';
import type { Artifact } from '../store/artifacts.ts';
import type { ScanKind } from '../store/reports.ts';
import type { Scanner } from '../store/scanners.ts';

// Pluggable Scanner API 1.2.
const types = {
  request: 'application/vnd.scanner.adapter.scan.request+json; version=1.1',
  response: 'application/vnd.scanner.adapter.scan.response+json; version=1.0',
  metadata: 'application/vnd.scanner.adapter.metadata+json; version=1.1',
} as const;
const dockerImageType = 'application/vnd.docker.distribution.manifest.v2+json';
const knownReports: readonly string[] = [
  'application/vnd.security.vulnerability.report; version=1.1',
  'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
  'application/vnd.security.sbom.report+json; version=1.0',
];
const requestTimeoutMilliseconds = 10_000;

/** One thing a scanner can do. */
export interface Capability {
  /** Empty for adapters of API 1.0, which know vulnerabilities only and do not say so. */
  readonly type: string;
  readonly consumes_mime_types: readonly string[];
  readonly produces_mime_types: readonly string[];
}

/** What a scanner says about itself. */
export interface ScannerMetadata {
  readonly scanner: { readonly name: string; readonly vendor: string; readonly version: string };
  readonly capabilities: readonly Capability[];
  readonly properties: unknown;
}

/** The state of a scan at the adapter. */
export type AdapterReport =
  | { readonly isReady: false; readonly retrySeconds: number }
  | { readonly isReady: true; readonly content: unknown };

const unexpected = (message: string): PilotError =>
  new PilotError('ANSWER_UNEXPECTED', message, { hint: 'Look into the log of the scanner adapter.' });

/**
 * Asks an adapter what it can do.
 * @throws PilotError ANSWER_UNEXPECTED when there is something else at the address.
 */
export async function fetchMetadata(scanner: Pick<Scanner, 'url' | 'auth' | 'credential'>): Promise<ScannerMetadata> {
  const answer = await call(scanner, 'GET', 'metadata', { Accept: types.metadata });
  const body = asObject(await answer.json());
  const identity = asObject(body?.scanner);
  const capabilities = asArray(body?.capabilities).flatMap(capabilityOf);
  const [name, vendor, version] = [identity?.name, identity?.vendor, identity?.version].map(asString);
  if (answer.status !== 200 || !name || !vendor || !version || !isUsable(capabilities))
    throw unexpected(`${scanner.url} is no scanner adapter: ${answer.status}`);
  return { scanner: { name, vendor, version }, capabilities, properties: body?.properties ?? {} };
}

/** Harbor wants every capability to take Docker's images and to make a report that it knows. */
function isUsable(capabilities: readonly Capability[]): boolean {
  const isKnown = (type: string): boolean => knownReports.includes(type);
  return (
    capabilities.length > 0 &&
    capabilities.every(
      ({ consumes_mime_types, produces_mime_types }) =>
        consumes_mime_types.includes(dockerImageType) && produces_mime_types.some(isKnown),
    )
  );
}

function capabilityOf(value: unknown): Capability[] {
  const capability = asObject(value);
  if (capability === undefined) return [];
  return [
    {
      type: asString(capability.type) ?? '',
      consumes_mime_types: texts(capability.consumes_mime_types),
      produces_mime_types: texts(capability.produces_mime_types),
    },
  ];
}

/**
 * Gives a scan to an adapter; the result is the adapter's id of it.
 * @throws PilotError ANSWER_UNEXPECTED when it does not take it.
 */
export async function submitScan(scanner: Scanner, task: object, signal: AbortSignal): Promise<string> {
  const headers = { 'Content-Type': types.request, Accept: types.response };
  const answer = await call(scanner, 'POST', 'scan', headers, JSON.stringify(task), signal);
  const text = await answer.text();
  if (answer.status !== 202) throw unexpected(`the scanner refused the scan: ${answer.status} ${text.slice(0, 300)}`);
  const id = asString(asObject(JSON.parse(text))?.id);
  if (id === undefined) throw unexpected('the scanner gave no id');
  return id;
}

/**
 * Asks for the report of a scan.
 * @throws PilotError ANSWER_UNEXPECTED when there will be none.
 */
export async function fetchReport(
  scanner: Scanner,
  id: string,
  query: string,
  accept: string,
  signal: AbortSignal,
): Promise<AdapterReport> {
  const answer = await call(
    scanner,
    'GET',
    `scan/${encodeURIComponent(id)}/report${query}`,
    { Accept: accept },
    undefined,
    signal,
  );
  const text = await answer.text();
  if (answer.status === 302) {
    const seconds = asNumber(Number(answer.headers.get('refresh-after') ?? 5));
    return { isReady: false, retrySeconds: Math.min(Math.max(seconds ?? 5, 0), 60) };
  }
  if (answer.status !== 200) throw unexpected(`the scanner has no report: ${answer.status} ${text.slice(0, 300)}`);
  return { isReady: true, content: JSON.parse(text) };
}

async function call(
  scanner: Pick<Scanner, 'url' | 'auth' | 'credential'>,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
  signal?: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMilliseconds);
  return fetch(`${scanner.url.replace(/\/$/, '')}/api/v1/${path}`, {
    method,
    headers: { ...headers, ...credentialsOf(scanner) },
    redirect: 'manual',
    signal: eitherSignal(signal, timeout),
    ...(body === undefined ? {} : { body }),
  });
}

function credentialsOf({ auth, credential }: Pick<Scanner, 'auth' | 'credential'>): Record<string, string> {
  if (auth === 'Basic') return { Authorization: `Basic ${Buffer.from(credential).toString('base64')}` };
  if (auth === 'Bearer') return { Authorization: `Bearer ${credential}` };
  return auth === 'X-ScannerAdapter-API-Key' ? { 'X-ScannerAdapter-API-Key': credential } : {};
}

const texts = (value: unknown): string[] => asArray(value).filter((item) => typeof item === 'string');

/** What a scanner takes: images whose manifests it knows, for any kind of scan; nothing while it cannot be reached. */
export function takenBy(metadata: ScannerMetadata | undefined): (artifact: Artifact) => boolean {
  const types = metadata?.capabilities.flatMap(({ consumes_mime_types }) => consumes_mime_types) ?? [];
  return ({ type, manifestMediaType }) => type === 'IMAGE' && types.includes(manifestMediaType);
}

/** Whether a capability is one for a kind of scan. */
export const does = (type: string, kind: ScanKind): boolean => (type || 'vulnerability') === kind;

/** The forms in which a scanner delivers the result of one kind of scan of a manifest; none when it does not do it. */
export function producedTypes(metadata: ScannerMetadata, mediaType: string, kind: ScanKind): readonly string[] {
  const capability = metadata.capabilities.find(
    ({ type, consumes_mime_types }) => does(type, kind) && consumes_mime_types.includes(mediaType),
  );
  return capability?.produces_mime_types ?? [];
}
