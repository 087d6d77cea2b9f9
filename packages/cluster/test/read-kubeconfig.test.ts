import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@harbor-pilot/core';
import { createQuickClock, makeIdentity } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCluster, readKubeconfig } from '../src/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const cluster = (name: string, server: string): string => `{ name: ${name}, cluster: { server: "${server}" } }`;

describe('a kubeconfig', () => {
  it('names files relative to its own folder', async () => {
    const path = await write(
      'sub/config',
      `clusters: [{ name: c, cluster: { server: "https://c", certificate-authority: ca.pem } }]
users:
  - { name: u, user: { client-certificate: ../cert.pem, client-key: /keys/key.pem, exec: { command: ./login, args: [x] } } }
  - { name: v, user: { exec: { command: login } } }
`,
    );
    expect(JSON.parse(await readKubeconfig([path]))).toMatchObject({
      clusters: [{ cluster: { 'certificate-authority': join(folder, 'sub/ca.pem') } }],
      users: [
        {
          user: {
            'client-certificate': join(folder, 'cert.pem'),
            'client-key': '/keys/key.pem',
            exec: { command: join(folder, 'sub/login'), args: ['x'] },
          },
        },
        { user: { exec: { command: 'login' } } },
      ],
    });
  });

  it('of several files is merged as kubectl does: the first of a name counts, absent files do not', async () => {
    const first = await write('a', `clusters: [${cluster('c', 'https://first')}]\n`);
    const second = await write(
      'b',
      `clusters: [${cluster('c', 'https://second')}, ${cluster('d', 'https://d')}]
contexts: [{ name: x, context: { cluster: d, user: u } }]
current-context: x
`,
    );
    expect(JSON.parse(await readKubeconfig([first, join(folder, 'absent'), second]))).toMatchObject({
      clusters: [
        { name: 'c', cluster: { server: 'https://first' } },
        { name: 'd', cluster: { server: 'https://d' } },
      ],
      contexts: [{ name: 'x' }],
      'current-context': 'x',
    });
  });

  it('gives the token of a file, without the line break at its end, and hides it', async () => {
    const tokens: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{"gitVersion":"v1"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await write('token', 'token-of-a-file\n');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = await write(
      'config',
      `clusters: [{ name: c, cluster: { server: "${address}", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: { tokenFile: token, token: other-token } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
    );
    const client = await openCluster(await readKubeconfig([path]), undefined, createQuickClock());
    try {
      await client.version(undefined);
    } finally {
      client.close();
      server.closeAllConnections();
      server.close();
    }
    expect(tokens).toEqual(['Bearer token-of-a-file']);
    expect(redact('sent token-of-a-file')).toBe('sent ***');
  });

  it('takes the given authority where it names none itself', async () => {
    const { cert, key } = await makeIdentity('cluster');
    const server = createTlsServer({ cert, key }, (_, response) => response.end('{"gitVersion":"v1"}'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = await write(
      'config',
      `clusters: [${cluster('c', address)}]
users: [{ name: u, user: { token: token } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
    );
    const version = async (authority: string | undefined): Promise<string> => {
      const client = await openCluster(
        await readKubeconfig([path], async () => authority),
        undefined,
        createQuickClock(),
      );
      return client.version(undefined).finally(() => client.close());
    };
    try {
      expect(await version(cert)).toBe('v1');
      await expect(version(undefined)).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each(['certificate-authority: /ca.pem', 'certificate-authority-data: Y2E=', 'insecure-skip-tls-verify: true'])(
    'says itself whom to trust: %s',
    async (field) => {
      const path = await write('config', `clusters: [{ name: c, cluster: { server: "https://c", ${field} } }]`);
      const unwanted = async (): Promise<string> => {
        throw new Error('it is asked for an authority');
      };
      expect(await readKubeconfig([path], unwanted)).toBe(await readKubeconfig([path]));
    },
  );

  it.each([
    ['users:\n  - name: u\n   user: { token: very-secret }\n', /config:3 is not valid YAML/],
    ['very-secret', /config is not a kubeconfig/],
    ['users: *very-secret', /alias/],
  ])('that is no kubeconfig is refused with its place, and not quoted: %p', async (text, message) => {
    const path = await write('config', text);
    const error = await readKubeconfig([path]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) });
    expect(JSON.stringify(error) + String(error)).not.toContain('very-secret');
  });

  it('that is not there is named', async () => {
    await expect(readKubeconfig([join(folder, 'a'), join(folder, 'b')])).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `the kubeconfig ${join(folder, 'a')}, ${join(folder, 'b')} cannot be read`,
    });
  });
});
