import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQuickClock, makeIdentity } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCluster, readKubeconfig } from '../src/index.ts';

let folder: string;
let api: Server;
let proxy: Server;
const tunnels: string[] = [];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-proxy-'));
  const { cert, key } = await makeIdentity('cluster');
  await writeFile(join(folder, 'ca.pem'), cert);
  api = createTlsServer({ cert, key }, (_, response) => response.end('{"gitVersion":"v1.34.4"}'));
  proxy = createServer().on('connect', ({ url = '', headers }, socket) => {
    tunnels.push(`${url} ${headers['proxy-authorization'] ?? ''}`);
    const { hostname, port } = new URL(`http://${url}`);
    const further = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      further.pipe(socket).pipe(further);
    });
    for (const end of [socket, further]) end.on('error', () => undefined);
  });
  for (const server of [api, proxy]) await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(async () => {
  for (const server of [api, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

async function version(proxyUrl: string, proxyFor: (server: URL) => string | undefined): Promise<string> {
  const path = join(folder, 'config');
  const own = proxyUrl === '' ? '' : `, proxy-url: "${proxyUrl}"`;
  await writeFile(
    path,
    `clusters: [{ name: c, cluster: { server: "https://127.0.0.1:${portOf(api)}", certificate-authority: ca.pem${own} } }]
users: [{ name: u, user: { token: token } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
  );
  const client = await openCluster(
    await readKubeconfig([path], async () => undefined, proxyFor),
    undefined,
    createQuickClock(),
  );
  return client.version(undefined).finally(() => client.close());
}

describe('a cluster behind a proxy', () => {
  it('is reached through the one that is on the way, with its password', async () => {
    tunnels.length = 0;
    const address = `http://me:pass%20word@127.0.0.1:${portOf(proxy)}`;
    expect(await version('', ({ host }) => (host === `127.0.0.1:${portOf(api)}` ? address : undefined))).toBe(
      'v1.34.4',
    );
    expect(tunnels).toEqual([`127.0.0.1:${portOf(api)} Basic ${Buffer.from('me:pass word').toString('base64')}`]);
  });

  it('is reached directly where there is none', async () => {
    tunnels.length = 0;
    expect(await version('', () => undefined)).toBe('v1.34.4');
    expect(tunnels).toEqual([]);
  });

  it('is reached through the one that the kubeconfig names', async () => {
    tunnels.length = 0;
    const own = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await version(own, () => 'http://127.0.0.1:1')).toBe('v1.34.4');
    expect(tunnels).toHaveLength(1);
  });
});
