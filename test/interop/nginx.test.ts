import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { executeStep, loginStep } from '@harbor-pilot/steps';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { type ChildProgram, startProgram } from '../../packages/testkit/src/child-program.ts';
import { findFreePorts } from '../../packages/testkit/src/free-ports.ts';
import { makeCertificates } from './certificates.ts';

const versions = ['TLSv1.2', 'TLSv1.3'] as const;
const password = 'correct horse';

describeWithPeers('a login at a real nginx that wants a client certificate', ['nginx'], ({ nginx }) => {
  let folder: string;
  let program: ChildProgram;
  let ports: readonly number[];
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    ports = await findFreePorts(versions.length);
    await makeCertificates(folder, '127.0.0.1', password);
    await makeCertificates(file('stranger'), '127.0.0.1');
    await writeFile(file('nginx.conf'), settings(folder, ports));
    program = startProgram('nginx', nginx, ['-p', folder, '-c', file('nginx.conf')], file('nginx.log'));
  });
  afterAll(async () => {
    await program?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(versions)('with %s', (version) => {
    const logIn = async (inputs: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const registry = `127.0.0.1:${ports[versions.indexOf(version)]}`;
      const account = { registry, username: 'ci', password: 'Harbor12345', 'ca-certificate': file('ca.crt') };
      const given: Readonly<Record<string, string>> = { ...account, ...inputs };
      const runtime = captureRuntime(folder);
      await untilItListens(registry, program);
      await executeStep(loginStep, runtime, [(name) => given[name]]).finally(() => runtime.end());
      return runtime.lines;
    };

    it('shows it, from PEM and from PKCS#12', async () => {
      const accepted = [expect.stringContaining('accepts ci')];
      const pem = { 'client-certificate': file('client-ci.crt'), 'client-key': file('client-ci.key') };
      expect(await logIn(pem)).toEqual(accepted);
      const pkcs12 = { 'client-certificate': file('client-ci.p12'), 'client-key-password': password };
      expect(await logIn(pkcs12)).toEqual(accepted);
    });

    it('says that one is required, or that it is not accepted, and which input is meant', async () => {
      await expect(logIn({})).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
        message: expect.stringContaining('it requires a client certificate, and none was given'),
        hint: expect.stringContaining('"client-certificate"'),
      });
      const stranger = {
        'client-certificate': file('stranger/client-ci.crt'),
        'client-key': file('stranger/client-ci.key'),
      };
      await expect(logIn(stranger)).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
        message: expect.stringContaining('it does not accept the client certificate that was given'),
      });
    });
  });
});

function settings(folder: string, ports: readonly number[]): string {
  const servers = versions.map(
    (version, index) => `  server {
    listen 127.0.0.1:${ports[index]} ssl;
    ssl_protocols ${version};
    ssl_certificate ${folder}/127.0.0.1.crt;
    ssl_certificate_key ${folder}/127.0.0.1.key;
    ssl_client_certificate ${folder}/ca.crt;
    ssl_verify_client on;
    location / {
      if ($http_authorization = '') { add_header WWW-Authenticate 'Basic realm="nginx"' always; return 401; }
      return 200 '{}';
    }
  }`,
  );
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const folders = kinds.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`);
  return [
    'daemon off;',
    `pid ${folder}/nginx.pid;`,
    'error_log stderr;',
    'events {}',
    'http {',
    '  access_log off;',
    ...folders,
    ...servers,
    '}',
    '',
  ].join('\n');
}

async function untilItListens(host: string, program: ChildProgram): Promise<void> {
  const deadline = Date.now() + 30_000;
  // It speaks TLS only, and says so.
  while ((await fetch(`http://${host}/`).catch(() => undefined))?.status !== 400) {
    if (program.hasEnded() || Date.now() > deadline) throw new Error(`no nginx:\n${program.lastLines(10)}`);
    await delay(50);
  }
}
