import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { buildkitRegistry } from '@harbor-pilot/certificates';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DockerEngine, startDockerEngine } from '../push/docker-engine.ts';
import { mayMakeNamespaces } from './network-namespace.ts';
import { builderProxies, openTrustStage, type TrustStage } from './trust-stage.ts';

jest.setTimeout(120_000);

const peers = ['unshare', 'nsenter', 'ip', 'docker-registry', 'skopeo', 'buildah', 'docker', 'dockerd'] as const;
const builders = ['buildkitd', 'buildctl', 'runc', 'curl'] as const;

const untrusted = /certificate signed by unknown authority/;
/** What TLS 1.3 tells a client without a certificate, unless the connection is cut off first. */
const unknownClient = /certificate required|bad certificate|connection reset|broken pipe/;
const done = { succeeded: true, output: expect.anything() };
const refused = (why: RegExp) => ({ succeeded: false, output: expect.stringMatching(why) });

// Docker trusts registries on loopback addresses blindly, so all of this has a network of its own.
if (mayMakeNamespaces()) describeWithPeers('the trust that login wrote', [...peers, ...builders], testTrust);
else describe.skip('the trust that login wrote (skipped: this account may make no namespaces)', () => it('', () => {}));

function testTrust(paths: Readonly<Record<(typeof peers)[number] | (typeof builders)[number], string>>): void {
  let stage: TrustStage;
  const skopeo = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    stage.run(paths.skopeo, ['--insecure-policy', ...args], environment);
  beforeAll(async () => {
    stage = await openTrustStage(paths['docker-registry']);
    const target = `docker://${stage.image(stage.host)}`;
    const copy = ['copy', `--dest-cert-dir=${stage.certs(stage.host)}`, `oci:${stage.layout}:v1`, target];
    expect(await skopeo(copy)).toEqual(done);
  });
  afterAll(() => stage?.close());

  it('has skopeo read an image, with a client certificate where one is wanted', async () => {
    const inspect = (host: string, ...flags: string[]) =>
      skopeo(['inspect', ...flags, `docker://${stage.image(host)}`]);
    const { host, mutualHost, certs } = stage;
    expect(await inspect(host)).toEqual(refused(untrusted));
    expect(await inspect(host, `--cert-dir=${certs(host)}`)).toEqual(done);
    expect(await inspect(mutualHost)).toEqual(refused(untrusted));
    expect(await inspect(mutualHost, `--cert-dir=${certs(host)}`)).toEqual(refused(unknownClient));
    expect(await inspect(mutualHost, `--cert-dir=${certs(mutualHost)}`)).toEqual(done);
  });

  it('has buildah pull and build, from the folder that it looks into by itself', async () => {
    const { host, mutualHost, certs, image } = stage;
    const store = ['--storage-driver=vfs', `--root=${stage.file('buildah')}`, `--runroot=${stage.file('buildah-run')}`];
    const buildah = (...args: string[]) => stage.run(paths.buildah, [...store, ...args]);
    expect(await buildah('pull', image(host))).toEqual(refused(untrusted));
    expect(await buildah('pull', `--cert-dir=${certs(host)}`, image(mutualHost))).toEqual(refused(unknownClient));
    await cp(certs(mutualHost), stage.file(`.config/containers/certs.d/${mutualHost}`), { recursive: true });
    expect(await buildah('pull', image(mutualHost))).toEqual(done);
    expect(await buildah('bud', `--cert-dir=${certs(host)}`, await stage.context(host))).toEqual(done);
  });

  it('has all programs trust the authority with the variables', async () => {
    const { SSL_CERT_FILE = '', CURL_CA_BUNDLE = '', NODE_EXTRA_CA_CERTS = '' } = stage.exported;
    const url = `https://${stage.host}/v2/`;
    const ask = `fetch('${url}').then((answer) => console.log(answer.status))`;
    expect(await skopeo(['inspect', `docker://${stage.image(stage.host)}`], { SSL_CERT_FILE })).toEqual(done);
    expect(await stage.run(paths.curl, ['-sSf', url])).toEqual(refused(/certificate/));
    expect(await stage.run(paths.curl, ['-sSf', url], { CURL_CA_BUNDLE })).toEqual(done);
    expect(await stage.run(process.execPath, ['-e', ask])).toEqual(refused(/UNABLE_TO_VERIFY_LEAF_SIGNATURE/));
    expect(await stage.run(process.execPath, ['-e', ask], { NODE_EXTRA_CA_CERTS })).toEqual(done);
  });

  it('goes with proxies that programs written in Go read as the page says', async () => {
    const [name, nowhere] = ['registry.shop.test', 'http://127.0.0.1:1'];
    expect(await stage.run('sh', ['-c', 'echo "$0" >> /etc/hosts', `${stage.namespace.address} ${name}`])).toEqual(
      done,
    );
    const inspect = (host: string, NO_PROXY: string) => {
      const at = `docker://${stage.image(host)}`;
      return skopeo(['inspect', '--tls-verify=false', at], { HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere, NO_PROXY });
    };
    for (const entry of ['10.99.0.0/16', '10.99.0.1', '10.99.0.1:5000', 'other.test,10.0.0.0/8', '*'])
      expect(await inspect(stage.host, entry)).toEqual(done);
    for (const entry of [name, 'shop.test', '.shop.test', '*.shop.test', `${name}:5000`])
      expect(await inspect(`${name}:5000`, entry)).toEqual(done);
    for (const entry of ['', '10.98.0.0/16', '10.99.0.1:5001', 'other.test 10.99.0.1'])
      expect(await inspect(stage.host, entry)).toEqual(refused(/proxyconnect/));
  });

  describe('for a Docker engine', () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      await mkdir(stage.file('engine'));
      engine = await startDockerEngine(stage.namespace.enter(paths.dockerd), stage.file('engine'));
    });
    afterAll(() => engine?.stop());

    it('lets it pull once the folder is in its place, with a client certificate where one is wanted', async () => {
      const { host, mutualHost, certs, image } = stage;
      const docker = (...args: string[]) => stage.run(paths.docker, ['-H', engine.address, ...args]);
      const install = (from: string, to: string) =>
        stage.run('sh', ['-ec', 'mkdir -p "$1" && cp "$0"/* "$1"', from, `/etc/docker/certs.d/${to}`]);
      for (const one of [host, mutualHost]) expect(await docker('pull', image(one))).toEqual(refused(untrusted));
      expect(await install(certs(host), host)).toEqual(done);
      expect(await docker('pull', image(host))).toEqual(done);
      expect(await install(certs(host), mutualHost)).toEqual(done);
      expect(await docker('pull', image(mutualHost))).toEqual(refused(unknownClient));
      expect(await install(certs(mutualHost), mutualHost)).toEqual(done);
      expect(await docker('pull', image(mutualHost))).toEqual(done);
    });

    it('has it hand the proxies of the job to containers', async () => {
      const docker = (...args: string[]) =>
        stage.run(paths.docker, ['-H', engine.address, '--config', stage.outputs['docker-config'] ?? '', ...args]);
      expect(await docker('create', '--name=proxied', stage.image(stage.host))).toEqual(done);
      const { output } = await docker('inspect', '--format={{json .Config.Env}}', 'proxied');
      const names = Object.entries({ HTTP_PROXY: builderProxies.HTTP_PROXY, NO_PROXY: 'localhost,.example.com' });
      expect(JSON.parse(output)).toEqual(expect.arrayContaining(names.map(([name, value]) => `${name}=${value}`)));
      expect(output).not.toMatch(/https_proxy/i);
    });
  });

  describe('for BuildKit', () => {
    const build = async (address: string, host: string) => {
      const context = await stage.context(host);
      const source = [`--local=context=${context}`, `--local=dockerfile=${context}`];
      return stage.run(paths.buildctl, [
        `--addr=${address}`,
        'build',
        '--frontend=dockerfile.v0',
        '--progress=plain',
        ...source,
      ]);
    };
    const start = async (name: string, config: string, proxy?: string): Promise<string> => {
      const address = `unix://${stage.file(`${name}.sock`)}`;
      const worker = ['--oci-worker-net=host', '--oci-worker-snapshotter=native', '--containerd-worker=false'];
      const own = [`--root=${stage.file(name)}`, `--otel-socket-path=${stage.file(`${name}.otel`)}`];
      const args = [`--addr=${address}`, `--config=${config}`, ...own, ...worker];
      const program =
        proxy === undefined
          ? stage.start(name, paths.buildkitd, args)
          : stage.startOutside(name, 'env', [`HTTPS_PROXY=${proxy}`, paths.buildkitd, ...args]);
      while (!(await stage.run(paths.buildctl, [`--addr=${address}`, 'debug', 'workers'])).succeeded) {
        if (program.hasEnded()) throw new Error(program.lastLines(10));
        await delay(100);
      }
      return address;
    };

    it('builds on images of both registries, and not without', async () => {
      const { host, mutualHost } = stage;
      const config = stage.outputs['buildkitd-config'] ?? '';
      const [half, none] = [stage.file('half.toml'), stage.file('none.toml')];
      await writeFile(half, (await readFile(config, 'utf8')).replaceAll(/^ +\[\[.*\n.*\n.*\n/gm, ''));
      await writeFile(none, '');
      const trusting = await start('trusting', config);
      for (const one of [host, mutualHost]) expect(await build(trusting, one)).toEqual(done);
      expect(await build(await start('half-trusting', half), mutualHost)).toEqual(refused(unknownClient));
      const distrusting = await start('distrusting', none);
      for (const one of [host, mutualHost]) expect(await build(distrusting, one)).toEqual(refused(untrusted));
    });

    it('leaves out checks only for the registries that the configuration says', async () => {
      const { host, mutualHost, plainHost } = stage;
      const unchecked = [
        { host, insecure: true },
        { host: plainHost, plainHttp: true },
      ];
      const config = stage.file('unchecked.toml');
      await writeFile(config, unchecked.map((site) => buildkitRegistry({ authorities: [], ...site }, '/')).join(''));
      const address = await start('unchecked', config);
      for (const one of [host, plainHost]) expect(await build(address, one)).toEqual(done);
      expect(await build(address, mutualHost)).toEqual(refused(untrusted));
    });

    it('reaches them through the proxy in its environment, with the same trust', async () => {
      const proxied = await start('proxied', stage.outputs['buildkitd-config'] ?? '', stage.proxy);
      expect(await build(proxied, stage.mutualHost)).toEqual(done);
    });
  });
}
