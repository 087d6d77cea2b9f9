import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const startSeconds = 30;

/** A key and a certificate for 127.0.0.1, as files of a folder. */
export function makeCertificate(folder) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { status, stderr } = spawnSync('openssl', [...kind, ...name, '-keyout', key, '-out', certificate]);
  if (status !== 0) throw new Error(`openssl failed: ${stderr}`);
  return { key, certificate };
}

/**
 * Starts an empty distribution registry on a free port of 127.0.0.1.
 * @param certificate from makeCertificate; plain HTTP without one.
 */
export async function startDistribution(program, parent, certificate) {
  const folder = mkdtempSync(join(parent, 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const tls = certificate && { tls: { certificate: certificate.certificate, key: certificate.key } };
  mkdirSync(join(folder, 'data'));
  const settings = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host, secret: 'bench', ...tls },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(settings));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await answers(host, certificate !== undefined))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${program} did not start`);
    await sleep(50);
  }
  return {
    host,
    folder,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

function answers(host, isTls) {
  return new Promise((resolve) => {
    const send = isTls ? requestOverTls : request;
    send(`${isTls ? 'https' : 'http'}://${host}/v2/`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .end();
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
