import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const sbomReport = 'application/vnd.security.sbom.report+json; version=1.0';
const scanner = { name: 'Test', vendor: 'Test', version: '1' };
const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A scanner adapter that makes bills of materials. */
export interface SbomAdapter {
  readonly url: string;
  /** The credentials that came with the last task. */
  authorization: string;
  close(): void;
}

/** Starts an adapter that makes another bill of materials each time. */
export async function startSbomAdapter(): Promise<SbomAdapter> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/api/v1/metadata') {
      const capabilities = [{ type: 'sbom', consumes_mime_types: imageTypes, produces_mime_types: [sbomReport] }];
      return answer(200, { scanner, capabilities });
    }
    if (request.url?.includes('/report'))
      return answer(200, { scanner, sbom: { spdxVersion: 'SPDX-2.3', name: `${Math.random()}` } });
    let body = '';
    return request
      .on('data', (text) => (body += text))
      .on('end', () => {
        adapter.authorization = JSON.parse(body).registry.authorization;
        answer(202, { id: 'one' });
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adapter: SbomAdapter = { url, authorization: '', close: () => server.close() };
  return adapter;
}
