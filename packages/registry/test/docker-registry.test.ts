import { randomBytes } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { createHttp } from '@harbor-pilot/http';
import { contentOf } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dockerRegistryCredentials, type RunningRegistry, startDockerRegistry } from './peers.ts';
import { registryCases } from './registry-cases.ts';

/** A way to a host that breaks once, after so many bytes. */
async function brokenWay(host: string, limitBytes: number) {
  let sentBytes = 0;
  let isBroken = false;
  const server = createServer((client) => {
    const [address, port] = host.split(':');
    const upstream = connect(Number(port), address);
    client.on('data', (chunk) => {
      sentBytes += chunk.length;
      upstream.write(chunk);
      if (isBroken || sentBytes < limitBytes) return;
      isBroken = true;
      client.destroy();
      upstream.end();
    });
    upstream.on('data', (chunk) => client.write(chunk));
    upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
    client.on('close', () => upstream.end()).on('error', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    breaks: () => (isBroken ? 1 : 0),
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

describeWithPeers('a registry of distribution 2.8', ['docker-registry'], (paths) => {
  let running: RunningRegistry;
  beforeAll(async () => {
    running = await startDockerRegistry(paths['docker-registry']);
  });
  afterAll(() => running.close());
  registryCases(() => running, 'acme');

  it('gets a blob all the same when the connection breaks in the middle of it', async () => {
    await using way = await brokenWay(running.host, 6_000_000);
    const http = createHttp();
    const registry = createRegistry({ http, host: way.host, plainHttp: true, credentials: dockerRegistryCredentials });
    const { descriptor, bytes } = contentOf('application/octet-stream', randomBytes(8_000_000));
    const outcome = await registry.pushBlob('acme/large', { descriptor, open: async () => Readable.from([bytes]) });
    http.close();
    expect(outcome).toBe('pushed');
    expect(way.breaks()).toBe(1);
    const stored = await running.connect().fetchBlob('acme/large', descriptor);
    expect(Buffer.from(stored).equals(Buffer.from(bytes))).toBe(true);
  });
});
