import { Readable } from 'node:stream';
import { openLayout } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { describe, expect, it } from '@jest/globals';
import type { BuildOptions } from '../src/index.ts';
import { FakeRegistry, type TestBase } from './fake-registry.ts';
import { amd64, arm64, build, configOf, filesOf, leftovers, manifestOf, temporaryFolder } from './workplace.ts';

const debian = (platform: TestBase['platform'], more: Partial<TestBase> = {}): TestBase => ({
  platform,
  layers: [
    [
      { name: './', type: 'directory' },
      { name: 'usr/bin/', type: 'directory' },
      { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
      { name: 'usr/bin/tool', content: `tool for ${platform.architecture}`, mode: 0o4755, uid: 7, gid: 8 },
      { name: 'usr/bin/same', type: 'link', linkname: 'usr/bin/tool' },
      { name: 'etc/passwd', content: 'app:x:101:102::/:/bin/sh\n' },
      { name: 'old/gone', content: 'gone' },
      { name: 'old/kept', content: 'kept' },
      { name: 'data/below', content: 'below' },
    ],
    [
      { name: 'old/.wh.gone' },
      { name: 'data/', type: 'directory' },
      { name: 'data/above', content: 'above' },
      { name: 'data/.wh..wh..opq' },
    ],
  ],
  config: { Env: ['PATH=/usr/bin', 'LANG=C'], Cmd: ['sh'], Labels: { base: 'yes' } },
  ...more,
});

async function withBase(...bases: TestBase[]): Promise<{ registry: FakeRegistry; options: Partial<BuildOptions> }> {
  const registry = new FakeRegistry();
  await registry.add('docker.io/library/debian:latest', bases);
  return { registry, options: { registryFor: (host) => registry.registryFor(host) } };
}

describe('a base image', () => {
  it('gives its layers, history and settings', async () => {
    const { registry, options } = await withBase(debian(amd64), debian(arm64));
    const dockerfile = 'FROM debian\nENV LANG=de NEW=1\nLABEL own=yes\nCOPY x /bin/x\n';
    const built = await build({ Dockerfile: dockerfile, x: 'x' }, { ...options, platforms: [amd64, arm64] });
    expect(registry.asked).toEqual(['docker.io']);
    const config = await configOf(built, 1);
    expect(config.config).toMatchObject({
      Env: ['PATH=/usr/bin', 'LANG=de', 'NEW=1'],
      Cmd: ['sh'],
      Labels: { base: 'yes', own: 'yes' },
    });
    expect(config.history.map((line: { created_by: string }) => line.created_by)).toEqual([
      'base 0',
      'base 1',
      'ENV LANG=de NEW=1',
      'LABEL own=yes',
      'COPY x /bin/x',
    ]);
    const { layers } = await manifestOf(built, 1);
    expect(layers).toHaveLength(3);
    expect(config.rootfs.diff_ids).toHaveLength(3);
    // /bin is a link in the base: the file goes where it leads, and no folder replaces the link.
    expect(Object.keys(await filesOf(built, 1))).toContain('usr/bin/x');
    expect(Object.keys(await filesOf(built, 1))).not.toContain('bin/');
    expect((await manifestOf(built, 0)).layers[2]).toEqual(layers[2]);
    expect(new Set(registry.opened).size).toBe(registry.opened.length);
    expect(await leftovers(built.layout)).toEqual([]);
  });

  it('can be copied from without its layers getting into the image', async () => {
    for (const compression of ['gzip', 'zstd', 'docker'] as const) {
      const { options } = await withBase(debian(amd64, { compression }));
      const dockerfile =
        'FROM scratch\nCOPY --from=debian:latest /bin/tool /bin/same /t/\nCOPY --from=debian /old /data /o/\n';
      const built = await build({ Dockerfile: dockerfile }, options);
      const entries = await filesOf(built);
      expect(Object.keys(entries)).toEqual(['t/', 't/same', 't/tool', 'o/', 'o/above', 'o/kept']);
      expect(entries['t/tool']).toMatchObject({ content: 'tool for amd64', mode: '4755', owner: '7:8' });
      expect(entries['t/same']?.content).toBe('tool for amd64');
      expect(entries['o/above']?.content).toBe('above');
      expect(await leftovers(built.layout)).toEqual([]);
    }
  });

  it('gives users to --chown and is not read when nothing needs its files', async () => {
    const { registry, options } = await withBase(debian(amd64));
    const dockerfile = 'FROM debian AS a\nCOPY --chown=app x /x\n';
    expect((await filesOf(await build({ Dockerfile: dockerfile, x: 'x' }, options))).x?.owner).toBe('101:102');
    registry.opened.length = 0;
    const first = await build({ Dockerfile: 'FROM debian\nENV a=b\n' }, options);
    expect(registry.opened).toHaveLength(2);
    await build({ Dockerfile: 'FROM debian\nENV a=c\n' }, { ...options, layout: first.layout });
    expect(registry.opened).toHaveLength(2);
  });

  it('gets OCI names for layers of Docker', async () => {
    const { options } = await withBase(debian(amd64, { compression: 'docker' }));
    const { layers } = await manifestOf(await build({ Dockerfile: 'FROM debian\n' }, options));
    expect(layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
  });

  it('runs its ONBUILD triggers once', async () => {
    const { options } = await withBase(debian(amd64, { config: { OnBuild: ['COPY x /trigger', 'ENV t=1'] } }));
    const built = await build({ Dockerfile: 'FROM debian\n', x: 'x' }, options);
    expect((await filesOf(built)).trigger?.content).toBe('x');
    expect((await configOf(built)).config).toEqual({ Env: ['t=1'] });
  });

  it('keeps the text that a trigger writes', async () => {
    const dockerfile = 'FROM scratch\nONBUILD COPY <<EOF /trigger\ntext\nEOF\n';
    const { config } = await configOf(await build({ Dockerfile: dockerfile }));
    const { options } = await withBase(debian(amd64, { config: { OnBuild: config.OnBuild } }));
    expect((await filesOf(await build({ Dockerfile: 'FROM debian\n' }, options))).trigger?.content).toBe('text\n');
  });

  it('whose trigger runs something is refused at its FROM', async () => {
    const { options } = await withBase(debian(amd64, { config: { OnBuild: ['RUN make'] } }));
    await expect(build({ Dockerfile: '\nFROM debian\n' }, options)).rejects.toMatchObject({
      code: 'DOCKERFILE_NEEDS_CONTAINER',
      message: expect.stringContaining('Dockerfile:2: ONBUILD RUN make of debian'),
    });
  });

  it('without the platform is refused with what it offers', async () => {
    const { registry, options } = await withBase(debian(arm64), debian({ ...arm64, architecture: 's390x' }));
    await registry.addPlain('r.example.com/p/plain:1', debian(arm64));
    for (const from of ['debian', 'r.example.com/p/plain:1']) {
      await expect(build({ Dockerfile: `FROM ${from}\n` }, options)).rejects.toMatchObject({
        code: 'DOCKERFILE_INVALID',
        message: expect.stringMatching(/Dockerfile:1: .* has no image for linux\/amd64: it offers linux\/arm64/),
      });
    }
  });

  it('comes from the default registry and by digest', async () => {
    const registry = new FakeRegistry();
    const { descriptor } = await registry.addPlain('h.example.com/team/base:latest', debian(amd64));
    await registry.addPlain(`h.example.com/team/base:${descriptor.digest}`, debian(amd64));
    const found: string[] = [];
    await build(
      { Dockerfile: `FROM team/base\nFROM h.example.com/team/base:x@${descriptor.digest}\n` },
      {
        registryFor: (host) => registry.registryFor(host),
        defaultRegistry: 'h.example.com',
        progress: { baseFound: (reference) => found.push(reference) },
      },
    );
    expect(found).toEqual([`h.example.com/team/base:x@${descriptor.digest}`]);
  });

  it('that is damaged or hostile is refused, and leaves nothing', async () => {
    const cases: [TestBase['layers'], string][] = [
      [[[{ name: '../../evil', content: 'x' }]], 'CONTENT_HOSTILE'],
      [[[{ name: 'link', type: 'link', linkname: '/none' }]], 'CONTENT_HOSTILE'],
      [
        [
          [
            { name: 'a', type: 'symlink', linkname: 'b' },
            { name: 'b', type: 'symlink', linkname: 'a' },
            { name: 'a/c' },
          ],
        ],
        'CONTENT_HOSTILE',
      ],
    ];
    for (const [layers, code] of cases) {
      const { options } = await withBase(debian(amd64, { layers }));
      const layout = await openLayout(await temporaryFolder());
      await expect(
        build({ Dockerfile: 'FROM debian\nCOPY x /\n', x: '' }, { ...options, layout }),
      ).rejects.toMatchObject({ code });
      expect(await leftovers(layout)).toEqual([]);
    }
    const { registry, options } = await withBase(debian(amd64));
    for (const [digest, bytes] of registry.blobs) registry.blobs.set(digest, bytes.with(bytes.length - 1, 0));
    await expect(build({ Dockerfile: 'FROM debian\nCOPY x /\n', x: '' }, options)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('that comes too slowly can be given up', async () => {
    const { registry } = await withBase(debian(amd64));
    const controller = new AbortController();
    const reason = new Error('stopped');
    const registryFor = (host: string): Registry => {
      const real = registry.registryFor(host);
      const { read } = real.source('');
      const open = async () => {
        setTimeout(() => controller.abort(reason), 10);
        return new Readable({ read: () => undefined });
      };
      return { ...real, source: () => ({ read, open }) };
    };
    const layout = await openLayout(await temporaryFolder());
    const options = { layout, registryFor, signal: controller.signal };
    await expect(build({ Dockerfile: 'FROM debian\nWORKDIR /x\n' }, options)).rejects.toBe(reason);
    expect(await leftovers(layout)).toEqual([]);
  });
});
