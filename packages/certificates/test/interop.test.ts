import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@harbor-pilot/core';
import { describeWithPeers, type Kubernetes, kubernetesPeers, startKubernetes } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { checkCertificates, writeLayouts } from '../src/index.ts';
import { create, temporaryFolder, text } from './site.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A registry with our certificates, which wants to know its clients. */
async function startRegistry(program: string, folder: Folder, host: string): Promise<ChildProcess> {
  const tls = {
    certificate: folder.file('harbor.example.com.crt'),
    key: folder.file('harbor.example.com.key'),
    clientcas: [folder.file('ca.crt')],
  };
  const storage = { filesystem: { rootdirectory: folder.file('data') } };
  await writeFile(folder.file('config.yml'), JSON.stringify({ version: 0.1, storage, http: { addr: host, tls } }));
  const child = spawn(program, ['serve', folder.file('config.yml')], { stdio: 'ignore' });
  const options = { baseDirectory: folder.path, minimumDays: 1, pkcs12Password: '', clock: systemClock };
  for (let tries = 0; ; tries++) {
    const signal = AbortSignal.timeout(5000);
    const shown = await checkCertificates({ ...options, targets: [host], signal }).catch(() => undefined);
    if (shown !== undefined) return child;
    if (tries === 200 || child.exitCode !== null) throw new Error('the registry did not start');
    await delay(50);
  }
}

describeWithPeers('a registry with our certificates', ['docker-registry', 'skopeo'], (peers) => {
  it('is trusted by skopeo with the files for podman, and not without', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { clients: ['ci'] });
    const host = `127.0.0.1:${await freePort()}`;
    const registry = await startRegistry(peers['docker-registry'], folder, host);
    try {
      const home = folder.file('home');
      await mkdir(home);
      const listTags = () => said(peers.skopeo, ['list-tags', `docker://${host}/shop/hello`], home);
      expect(await listTags()).toContain('certificate signed by unknown authority');
      const common = {
        directory: folder.file('out'),
        targets: ['podman'] as const,
        host,
        caFile: folder.file('ca.crt'),
      };
      const lay = async (client: object): Promise<void> => {
        await writeLayouts({ ...common, ...client });
        await cp(folder.file('out/etc/containers'), `${home}/.config/containers`, { recursive: true });
      };
      await lay({});
      expect(await listTags()).toContain('remote error: tls');
      await lay({ clientFiles: { certificate: folder.file('client-ci.crt'), key: folder.file('client-ci.key') } });
      expect(await listTags()).toContain('404 (Not Found)');
    } finally {
      registry.kill();
      await once(registry, 'exit');
    }
  });
});

function said(program: string, args: readonly string[], home: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { HOME: home, PATH: process.env.PATH } }, (_, out, err) => resolve(out + err));
  });
}

describeWithPeers('a real kube-apiserver', kubernetesPeers, (paths) => {
  let cluster: Kubernetes;
  beforeAll(async () => {
    cluster = await startKubernetes(paths);
  });
  afterAll(() => cluster?.close());

  it('takes what is made for nodes, and knows all its fields', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { clients: ['ci'] });
    await writeLayouts({
      directory: folder.path,
      targets: ['kubernetes'],
      host: 'harbor.example.com:8443',
      caFile: folder.file('ca.crt'),
      clientFiles: { certificate: folder.file('client-ci.crt'), key: folder.file('client-ci.key') },
    });
    const objects = parseAllDocuments(await text(folder.file('kubernetes/registry-trust.yaml')));
    const resources = [
      'api/v1/namespaces/kube-system/configmaps',
      'api/v1/namespaces/kube-system/secrets',
      'apis/apps/v1/namespaces/kube-system/daemonsets',
    ];
    expect(objects).toHaveLength(resources.length);
    for (const [index, resource] of resources.entries()) {
      const answer = await post(cluster, `/${resource}?fieldValidation=Strict`, JSON.stringify(objects[index]));
      expect(answer).toMatchObject({ status: 201 });
    }
  });
});

function post(
  { kubeconfig }: Kubernetes,
  path: string,
  body: string,
): Promise<{ status?: number | undefined; text: string }> {
  const { clusters, users } = JSON.parse(kubeconfig) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { token: string } }];
  };
  const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${clusters[0].cluster.server}${path}`,
      { method: 'POST', ca, headers, agent: false },
      async (answer) => {
        const text = Buffer.concat(await answer.toArray()).toString();
        resolve({ status: answer.statusCode, text });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
