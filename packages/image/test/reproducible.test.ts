import { randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openLayout } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { buildImage } from '../src/index.ts';
import { writeLayer } from '../src/layer-writer.ts';
import {
  amd64,
  arm64,
  build,
  configOf,
  contextOf,
  filesOf,
  leftovers,
  manifestOf,
  temporaryFolder,
} from './workplace.ts';

const files = {
  Dockerfile: 'FROM scratch\nCOPY app /app\nCOPY run.sh /bin/\nENTRYPOINT ["/bin/run.sh"]\n',
  'app/b.txt': 'b',
  'app/a/deep.txt': 'deep',
  'run.sh': '#!/bin/sh\n',
};

describe('a build', () => {
  it('gives the same digest in another folder, at another time, with other file times', async () => {
    const digests: string[] = [];
    for (const seconds of [1_000_000_000, 1_700_000_000]) {
      const contextDirectory = await contextOf(files);
      await utimes(join(contextDirectory, 'app/b.txt'), seconds, seconds);
      const layout = await openLayout(await temporaryFolder());
      const result = await buildImage({
        contextDirectory,
        platforms: [amd64, arm64],
        layout,
        registryFor: () => {
          throw new Error('no base');
        },
      });
      digests.push(result.root.digest);
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('gives the same digest again when the layout and other results lie in the context', async () => {
    const contextDirectory = await contextOf({
      Dockerfile: 'FROM scratch\nCOPY . /\n',
      '.dockerignore': 'out\n!out/kept.txt\n',
      'out/kept.txt': 'kept',
    });
    const layout = await openLayout(join(contextDirectory, 'out/image'));
    const record = join(contextDirectory, 'record.json');
    const digests: string[] = [];
    for (const text of ['1', '2']) {
      const options = { contextDirectory, layout, exclude: [record, join(contextDirectory, 'not-there')] };
      const built = await build({}, options);
      digests.push(built.result.root.digest);
      expect(Object.keys(await filesOf(built)).sort()).toEqual(['.dockerignore', 'Dockerfile', 'out/', 'out/kept.txt']);
      await writeFile(record, text);
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('refuses the context itself as layout', async () => {
    const contextDirectory = await contextOf(files);
    const layout = await openLayout(contextDirectory);
    await expect(build({}, { contextDirectory, layout })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('writes sorted entries of root with plain modes and the time of the image', async () => {
    const created = new Date('2024-05-06T07:08:09Z');
    const built = await build(files, { created });
    const entries = await filesOf(built);
    expect(Object.keys(entries)).toEqual(['app/', 'app/a/', 'app/a/deep.txt', 'app/b.txt', 'bin/', 'bin/run.sh']);
    expect(entries['app/b.txt']).toMatchObject({ mode: '644', owner: '0:0', content: 'b', mtime: created.getTime() });
    expect(entries['bin/run.sh']).toMatchObject({ mode: '755', type: 'file' });
    expect(entries['app/']).toMatchObject({ mode: '755', type: 'directory' });
    expect((await configOf(built)).created).toBe('2024-05-06T07:08:09Z');
  });

  it('shares layers between platforms and names an index as root', async () => {
    const built = await build(files, { platforms: [amd64, arm64], annotations: { 'org.example.b': '2', a: '1' } });
    expect(built.result.root.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(await built.layout.roots()).toEqual([built.result.root]);
    const [first, second] = [await manifestOf(built, 0), await manifestOf(built, 1)];
    expect(first.layers).toEqual(second.layers);
    expect(first.annotations).toEqual({ a: '1', 'org.example.b': '2' });
    expect((await configOf(built, 1)).architecture).toBe('arm64');
    expect(built.result.platforms[1]?.descriptor.platform).toEqual(arm64);
    // Two layers, two configs, two manifests, one index.
    expect(await readdir(join(built.layout.directory, 'blobs', 'sha256'))).toHaveLength(7);
    const size = first.layers.reduce((sum, layer) => sum + layer.size, first.config.size);
    expect(built.result.platforms[0]?.sizeBytes).toBe(size);
    expect(await leftovers(built.layout)).toEqual([]);
  });

  it('writes empty files and folders between others', async () => {
    const entries = await filesOf(
      await build({
        Dockerfile: 'FROM scratch\nCOPY x /x\nWORKDIR /w\n',
        'x/a': '',
        'x/b': 'b',
        'x/c': '',
        'x/l': '-> a',
      }),
    );
    expect(Object.values(entries).map(({ type, content }) => `${type}:${content}`)).toEqual([
      'directory:',
      'file:',
      'file:b',
      'file:',
      'symlink:',
      'directory:',
    ]);
  });

  it('writes long and non-ASCII names', async () => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(150)}.txt`;
    const entries = await filesOf(
      await build({ Dockerfile: 'FROM scratch\nCOPY x /x\n', [`x/${long}`]: 'l', 'x/grün.txt': 'g' }),
    );
    expect(entries[`x/${long}`]?.content).toBe('l');
    expect(entries['x/grün.txt']?.content).toBe('g');
  });

  it.each([0, 20, 80, 200])('leaves nothing behind when it is aborted after %s ms', async (delayMilliseconds) => {
    const layout = await openLayout(await temporaryFolder());
    const reason = new Error('stopped');
    const controller = new AbortController();
    const big = randomBytes(20 * 1024 * 1024);
    const dockerfile = 'FROM scratch\nCOPY big /\nCOPY big /second\nCOPY big /third\n';
    const contextDirectory = await contextOf({ Dockerfile: dockerfile, big });
    const building = build({}, { contextDirectory, layout, signal: controller.signal });
    setTimeout(() => controller.abort(reason), delayMilliseconds);
    await expect(building).rejects.toBe(reason);
    expect(await leftovers(layout)).toEqual([]);
    await expect(layout.roots()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.each([
    ['ends early', () => Readable.from([Buffer.alloc(10)])],
    ['goes on', () => Readable.from([Buffer.alloc(2000)])],
    ['cannot be read', () => Readable.from(failing())],
  ])('fails when a file %s while it is read', async (_, open) => {
    const layout = await openLayout(await temporaryFolder());
    const workDirectory = await temporaryFolder();
    const content = { key: 'k', open: async () => open() };
    const node = { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: 1000, content } as const;
    const entries = new Map([
      ['a', node],
      ['b', node],
    ]);
    await expect(
      writeLayer(entries, 'key', { layout, workDirectory, created: new Date(0), signal: undefined }),
    ).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining('/a ') });
    expect(await leftovers(layout)).toEqual([]);
  });
});

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(10);
  throw new Error('disk');
}
