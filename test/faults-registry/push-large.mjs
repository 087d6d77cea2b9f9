/** Pushes a layer of 1 GiB that is made as it is sent. Credentials on standard input, the peak of memory on standard output. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';

const piece = Buffer.alloc(256 * 1024, 'harbor');
const pieces = 4096;
const content = function* () {
  for (let count = 0; count < pieces; count += 1) yield piece;
};
const hash = createHash('sha256');
for (const part of content()) hash.update(part);
const descriptor = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: `sha256:${hash.digest('hex')}`,
  size: piece.length * pieces,
};
const http = createHttp();
const credentials = await json(process.stdin);
const registry = createRegistry({ http, host: process.env.REGISTRY ?? '', plainHttp: true, credentials });
const outcome = await registry.pushBlob('acme/large', { descriptor, open: async () => Readable.from(content()) });
http.close();
// What getrusage tells begins with the peak of the process that started this one.
const peakKiB = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
process.stdout.write(JSON.stringify({ outcome, peakBytes: Number(peakKiB) * 1024 }));
