import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import {
  type ContentSource,
  type Descriptor,
  isIndexType,
  type Manifest,
  manifestMediaTypes,
  manifestSizeLimitBytes,
  parseManifest,
  verifyBytes,
  verifyingStream,
} from '@harbor-pilot/oci';
import type { ScanRequest } from './scan-request.ts';

/** The image of a scan request, in its registry. */
export interface ImageSource extends ContentSource {
  /** The manifest that the scan request names, verified. */
  manifest(): Promise<Manifest>;
  /** Closes the connections. */
  close(): void;
}

const idleTimeoutSeconds = 30;

/** A config is a few kilobytes; a larger one is read by nobody. */
const configSizeLimitBytes = 8 * 1024 * 1024;

/**
 * Opens the image of a scan request over HTTPS.
 * @param caCertificate PEM of the authority that the registry's certificate has to be from.
 */
export function openImageSource(request: ScanRequest, caCertificate: string, signal: AbortSignal): ImageSource {
  const agent = new Agent({ keepAlive: true, ca: caCertificate });
  const { repository, digest } = request.artifact;
  const urlOf = (part: string): URL => new URL(`/v2/${repository}/${part}`, request.registryUrl);
  const fetchPart = (url: URL, accept: string): Promise<IncomingMessage> => {
    const headers = { accept, ...(request.authorization ? { authorization: request.authorization } : {}) };
    return fetchOk(url, headers, agent, signal);
  };
  const open = async (descriptor: Descriptor): Promise<Readable> => {
    const url = urlOf(`blobs/${descriptor.digest}`);
    const answer = await fetchPart(url, '*/*');
    const verified = verifyingStream(descriptor);
    answer.on('error', (error) => verified.destroy(asNetworkError(url, error)));
    verified.on('close', () => answer.destroy());
    return answer.pipe(verified);
  };
  return {
    async manifest() {
      const answer = await fetchPart(urlOf(`manifests/${digest}`), manifestMediaTypes.join(', '));
      const bytes = await readLimited(answer, manifestSizeLimitBytes);
      const type = answer.headers['content-type'] ?? request.artifact.mime_type;
      const parsed = parseManifest(verifyBytes(bytes, { digest }), type);
      if (parsed.kind === 'manifest' && !isIndexType(parsed.manifest.mediaType)) return parsed.manifest;
      throw new PilotError('SCAN_FAILED', `${digest} is an index, not an image`, {
        hint: 'Scan the images that the index lists, each by its own digest.',
      });
    },
    open,
    async read(descriptor) {
      if (descriptor.size > configSizeLimitBytes) {
        throw new PilotError('CONTENT_HOSTILE', `${descriptor.digest} says that it has ${descriptor.size} bytes`);
      }
      return buffer(await open(descriptor));
    },
    close: () => agent.destroy(),
  };
}

function fetchOk(
  url: URL,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent, signal, timeout: idleTimeoutSeconds * 1000 }, (answer) => {
      if (answer.statusCode === 200) {
        resolve(answer);
      } else {
        answer.resume();
        reject(refusal(url, answer.statusCode ?? 0));
      }
    });
    request.on('timeout', () => {
      request.destroy(
        new PilotError('DEADLINE_EXCEEDED', `${url.host} sent nothing for ${idleTimeoutSeconds} s (${url.pathname})`),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) => reject(asNetworkError(url, error)));
  });
}

async function readLimited(stream: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes)
      throw new PilotError('CONTENT_HOSTILE', `the manifest is longer than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusal(url: URL, status: number): PilotError {
  const codes: Readonly<Record<number, ErrorCode>> = {
    401: 'AUTH_FAILED',
    403: 'AUTH_DENIED',
    404: 'REFERENCE_NOT_FOUND',
    412: 'PULL_REFUSED',
  };
  return new PilotError(
    codes[status] ?? 'REGISTRY_UNAVAILABLE',
    `${url.host} answered ${status} to GET ${url.pathname}`,
  );
}

function asNetworkError(url: URL, error: NodeJS.ErrnoException): Error {
  if (error instanceof PilotError || error.name === 'AbortError') return error;
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME/.test(error.code ?? '');
  const code = untrusted ? 'TLS_UNTRUSTED' : 'NETWORK_UNREACHABLE';
  return new PilotError(code, `${url.host} cannot be read: ${error.message}`, { cause: error });
}
