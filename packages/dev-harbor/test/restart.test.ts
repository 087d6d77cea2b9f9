import { spawnSync } from 'node:child_process';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDevHarbor } from '../src/index.ts';
import { HarborUnderTest, part } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
});
afterAll(() => world.end());

describe('a restart', () => {
  it('loses nothing', async () => {
    await world.project('acme', { prevent_vul: 'false' });
    const manifest = await world.pushImage('acme/app', 'v1');
    const robot = await world.robot('acme', 'repository:pull');
    const token = await world.token('repository:acme/app:pull', { as: robot });
    const { caCertificate } = world.harbor;
    await world.restart();
    expect(world.harbor.caCertificate).toBe(caCertificate);
    expect((await world.pull('acme/app', 'v1', { as: robot })).bytes).toEqual(manifest.bytes);
    expect((await world.pull('acme/app', 'v1', { bearer: token })).status).toBe(200);
    const { json } = await world.send('GET', '/projects/acme/repositories/app/artifacts/v1');
    expect(json.digest).toBe(manifest.digest);
    expect((await world.send('GET', '/scanners')).json).toMatchObject([{ name: 'Harbor Pilot', is_default: true }]);
  });

  it('lets an upload go on where it was', async () => {
    const blob = part('first half, second half');
    const started = await world.send('POST', '/v2/library/app/blobs/uploads/');
    const type = 'application/octet-stream';
    const chunk = await world.send('PATCH', String(started.headers.location), blob.bytes.subarray(0, 10), { type });
    await world.restart();
    const { pathname, search } = new URL(String(chunk.headers.location));
    const finished = await world.send('PUT', `${pathname}${search}&digest=${blob.digest}`, blob.bytes.subarray(10));
    expect(finished.status).toBe(201);
  });

  it('takes another password for the administrator', async () => {
    await world.harbor.close();
    const options = { dataDirectory: world.directory, adminPassword: 'Another12345' };
    world.harbor = await startDevHarbor(options);
    expect((await world.send('GET', '/users/current')).json.username).toBe('admin');
  });
});

describe('the start', () => {
  it('says when the port is taken', async () => {
    const port = Number(new URL(world.harbor.url).port);
    const start = startDevHarbor({ dataDirectory: `${world.directory}/second`, port });
    await expect(start).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });

  it('says when the data directory is in use', async () => {
    const start = startDevHarbor({ dataDirectory: world.directory });
    await expect(start).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describeWithPeers('openssl', ['openssl'], ({ openssl }) => {
  it('accepts the certificates for this machine', () => {
    const file = (name: string) => `${world.directory}/${name}`;
    const options = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', file('ca.crt')];
    const { stdout } = spawnSync(openssl, [...options, '-verify_ip', '127.0.0.1', file('server.crt')]);
    expect(stdout.toString()).toContain('OK');
  });
});
