import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Media types of reports of vulnerabilities, the usual and the old one. */
export const reportTypes = [
  'application/vnd.security.vulnerability.report; version=1.1',
  'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
] as const;

const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const scanner = { name: 'Test', vendor: 'Test', version: '1' };

/** A scanner adapter for tests. Scans of repositories called "slow…" never end, those called "fail…" fail. */
export interface ScanAdapter {
  readonly url: string;
  /** What it finds in every image. */
  report: object;
  readonly tasks: { readonly artifact: { readonly repository: string; readonly tag?: string } }[];
  /** The forms of reports that it was asked for. */
  readonly accepted: (string | undefined)[];
  close(): void;
}

/** Starts an adapter that does the given kinds of scans. */
export async function startScanAdapter(kinds: readonly string[], produced = [reportTypes[0]] as readonly string[]) {
  const capabilities = kinds.map((type) => ({
    type,
    consumes_mime_types: imageTypes,
    produces_mime_types: type === 'sbom' ? ['application/vnd.security.sbom.report+json; version=1.0'] : produced,
  }));
  const server = createServer((request, response) => {
    const answer = (status: number, body?: unknown) =>
      response.writeHead(status, { 'Refresh-After': '1' }).end(JSON.stringify(body));
    if (request.url === '/api/v1/metadata') return answer(200, { scanner, capabilities });
    if (request.url?.includes('/slow')) return answer(302);
    if (request.url?.includes('/fail')) return answer(500);
    if (request.url?.includes('sbom_media_type')) return answer(200, { scanner, sbom: { name: `${Math.random()}` } });
    if (request.url?.includes('/report')) {
      adapter.accepted.push(request.headers.accept);
      return answer(200, { scanner, ...adapter.report });
    }
    let body = '';
    return request
      .on('data', (text) => (body += text))
      .on('end', () => {
        const task = JSON.parse(body);
        adapter.tasks.push(task);
        answer(202, { id: task.artifact.repository.split('/').at(-1) });
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adapter: ScanAdapter = { url, report: { vulnerabilities: [] }, tasks: [], accepted: [], close };
  return adapter;
}
