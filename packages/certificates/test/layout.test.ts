import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { type LayoutOptions, layoutTargets, writeLayouts } from '../src/index.ts';
import { create, temporaryFolder, text } from './site.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;

async function layout(folder: Folder, options: Partial<LayoutOptions> = {}) {
  await create(folder.path, { clients: ['ci'] });
  return writeLayouts({
    directory: folder.file('out'),
    targets: layoutTargets,
    host: 'harbor.example.com:8443',
    caFile: folder.file('ca.crt'),
    clientFiles: { certificate: folder.file('client-ci.crt'), key: folder.file('client-ci.key') },
    storePassword: 'changeit',
    ...options,
  });
}

const objectsIn = async (path: string): Promise<Record<string, never>[]> =>
  parseAllDocuments(await text(path)).map((document) => document.toJS());

describe('writeLayouts', () => {
  it('puts files where each engine looks for them, keys for their owner only', async () => {
    await using folder = await temporaryFolder();
    const written = await layout(folder);
    expect(written.map(({ target }) => target)).toEqual(layoutTargets);
    for (const { advice } of written) expect(advice.length).toBeGreaterThan(1);
    for (const engine of ['docker', 'containerd', 'containers', 'buildkit']) {
      const certificates = `out/etc/${engine}/certs.d/harbor.example.com:8443`;
      expect(await text(folder.file(`${certificates}/ca.crt`))).toBe(await text(folder.file('ca.crt')));
      expect(await text(folder.file(`${certificates}/client.key`))).toBe(await text(folder.file('client-ci.key')));
      expect((await stat(folder.file(`${certificates}/client.key`))).mode & 0o777).toBe(0o600);
    }
    const hosts = await text(folder.file('out/etc/containerd/certs.d/harbor.example.com:8443/hosts.toml'));
    expect(hosts).toContain('[host."https://harbor.example.com:8443"]');
    expect(hosts).toContain('ca = "/etc/containerd/certs.d/harbor.example.com:8443/ca.crt"');
    expect(hosts).toContain('client.cert", "/etc/containerd/certs.d/harbor.example.com:8443/client.key"]]');
  });

  it('tells BuildKit where they are, and that the registry speaks TLS', async () => {
    await using folder = await temporaryFolder();
    await layout(folder, { targets: ['buildkit'], host: '127.0.0.1:5000' });
    const certificates = '/etc/buildkit/certs.d/127.0.0.1:5000';
    expect((await text(folder.file('out/etc/buildkit/buildkitd.toml'))).split('\n')).toEqual([
      '[registry."127.0.0.1:5000"]',
      '  http = false',
      `  ca = ["${certificates}/ca.crt"]`,
      '  [[registry."127.0.0.1:5000".keypair]]',
      `    cert = "${certificates}/client.cert"`,
      `    key = "${certificates}/client.key"`,
      '',
    ]);
  });

  it('has cert-manager renew a certificate for the host', async () => {
    await using folder = await temporaryFolder();
    await layout(folder, { targets: ['cert-manager'] });
    expect(await objectsIn(folder.file('out/cert-manager/certificate.yaml'))).toMatchObject([
      { kind: 'Issuer', spec: { ca: { secretName: 'harbor-example-com-8443-ca' } } },
      {
        kind: 'Certificate',
        spec: { dnsNames: ['harbor.example.com'], issuerRef: { name: 'harbor-example-com-8443-ca' } },
      },
    ]);
  });

  it('makes no secret for Kubernetes when there is no client', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    await writeLayouts({
      directory: folder.file('out'),
      targets: ['kubernetes'],
      host: 'harbor.example.com',
      caFile: folder.file('ca.crt'),
    });
    const objects = await objectsIn(folder.file('out/kubernetes/registry-trust.yaml'));
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'DaemonSet']);
  });

  it('brings the files to a node, again when they change, and ends when told to', async () => {
    await using folder = await temporaryFolder();
    await layout(folder, { targets: ['kubernetes'] });
    const objects = await objectsIn(folder.file('out/kubernetes/registry-trust.yaml'));
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret', 'DaemonSet']);
    const [configMap, , daemonSet] = objects as unknown as [
      { data: Record<string, string> },
      unknown,
      { spec: { template: { spec: { containers: [{ command: string[] }] } } } },
    ];
    const [source, node] = [folder.file('source'), folder.file('node')];
    await mkdir(source);
    for (const [name, content] of Object.entries(configMap.data)) await writeFile(`${source}/${name}`, content);
    const [command = '', ...args] = daemonSet.spec.template.spec.containers[0].command;
    for (const content of ['before', 'after']) {
      await writeFile(`${source}/ca.crt`, content);
      const environment = { PATH: process.env.PATH, REGISTRY: 'h:8443', SOURCE: source, NODE: node };
      const pod = spawn(command, args, { env: environment, detached: true });
      await untilHolds(`${node}/docker/h:8443/ca.crt`, content);
      // As in a container, all processes end together.
      process.kill(-(pod.pid ?? 0), 'SIGTERM');
      expect(await once(pod, 'exit')).toEqual([0, null]);
      expect(await text(`${node}/containerd/h:8443/ca.crt`)).toBe(content);
      expect(await text(`${node}/docker/h:8443/ca.crt`)).toBe(content);
    }
  });

  it.each([
    [{ host: 'https://h.example.com/path' }, 'REFERENCE_INVALID'],
    [{ targets: ['java' as const], storePassword: 'short' }, 'INPUT_INVALID'],
  ])('refuses %p', async (options, code) => {
    await using folder = await temporaryFolder();
    await expect(layout(folder, options)).rejects.toMatchObject({ code });
  });

  it('refuses the certificate of a server as an authority, and a key of another certificate', async () => {
    await using folder = await temporaryFolder();
    const server = { certificate: folder.file('harbor.example.com.crt'), key: folder.file('client-ci.key') };
    await expect(layout(folder, { caFile: server.certificate })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(layout(folder, { clientFiles: server })).rejects.toMatchObject({ code: 'KEY_INVALID' });
  });
});

async function untilHolds(path: string, content: string): Promise<void> {
  for (let tries = 0; (await text(path).catch(() => '')) !== content; tries++) {
    if (tries === 500) throw new Error(`${path} was not written`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
