import { execFileSync } from 'node:child_process';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type Content,
  contentOf,
  type Descriptor,
  formatIndex,
  formatManifest,
  type Layout,
  mediaTypes,
  openLayout,
} from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openShop, type Shop } from '../release/shop.ts';

const pipeMaker = 'mkfifo';
const nameAnnotation = 'org.opencontainers.image.ref.name';
const layer = contentOf(mediaTypes.ociLayerGzip, gzipSync('layer'));
const config = contentOf(mediaTypes.ociConfig, '{"architecture":"amd64","os":"linux"}');

function imageOf(...layers: readonly Descriptor[]): Content {
  return formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
}

describe('an image that another tool wrote', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  const inside = (name: string): string => join(shop.workspace, name);
  const writeLayout = async (name: string, root: Content, ...names: readonly string[]): Promise<Layout> => {
    const layout = await openLayout(inside(name));
    for (const content of [layer, config, root]) await layout.write(content);
    const named = names.map((one) => ({ ...root.descriptor, annotations: { [nameAnnotation]: one } }));
    await layout.setRoots(named.length > 0 ? named : [root.descriptor]);
    return layout;
  };
  const pushed = async (source: string, tag: string): Promise<string> => {
    const { outputs } = await shop.run('push', { source, tags: tag });
    expect(await shop.registry.resolve('shop/app', tag)).toMatchObject({ digest: outputs.digest });
    return outputs.digest ?? '';
  };

  it('is one image, however many names its layout gives it', async () => {
    const root = imageOf(layer.descriptor);
    await writeLayout('named', root, 'latest', '1.0.0');
    expect(await pushed('oci:named', 'named')).toBe(root.descriptor.digest);
  });

  it('is told from others by name where there are several', async () => {
    const [one, other] = [imageOf(layer.descriptor), imageOf(layer.descriptor, layer.descriptor)];
    const layout = await writeLayout('several', one);
    await layout.write(other);
    const named = { ...one.descriptor, annotations: { [nameAnnotation]: '1.0.0\u001b[31m' } };
    await layout.setRoots([named, other.descriptor]);
    await expect(shop.run('push', { source: 'oci:several' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `the image layout several has 2 images: 1.0.0 [31m, ${other.descriptor.digest}`,
    });
  });

  it('is the one of several that a tag names, as skopeo does', async () => {
    const [one, other] = [imageOf(layer.descriptor), imageOf(layer.descriptor, layer.descriptor)];
    const layout = await writeLayout('chosen', one);
    await layout.write(other);
    const named = ({ descriptor }: Content, name: string) => ({
      ...descriptor,
      annotations: { [nameAnnotation]: name },
    });
    await layout.setRoots([named(one, 'dev'), named(other, '1.0.0'), named(one, 'nightly')]);
    expect(await pushed('oci:chosen:1.0.0', 'chosen-1')).toBe(other.descriptor.digest);
    expect(await pushed('oci:chosen:dev', 'chosen-2')).toBe(one.descriptor.digest);
    await writeLayout('with:colon', one);
    expect(await pushed('oci:with:colon', 'chosen-3')).toBe(one.descriptor.digest);
    await expect(shop.run('push', { source: 'oci:chosen:2.0.0' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'the image layout chosen has 0 images called 2.0.0: dev, 1.0.0, nightly',
    });
  });

  it('may be a compressed archive', async () => {
    const root = imageOf(layer.descriptor, layer.descriptor);
    await writeLayout('packed', root);
    execFileSync('tar', ['-c', '-f', inside('plain.tar'), '-C', inside('packed'), '.']);
    const plain = await readFile(inside('plain.tar'));
    await writeFile(inside('app.tar.gz'), gzipSync(plain));
    await writeFile(inside('app.tar.zst'), zstdCompressSync(plain));
    for (const [position, name] of ['plain.tar', 'app.tar.gz', 'app.tar.zst'].entries()) {
      expect(await pushed(`docker-archive:${name}`, `packed-${position}`)).toBe(root.descriptor.digest);
    }
    await truncate(inside('app.tar.gz'), 300);
    await expect(shop.run('push', { source: 'docker-archive:app.tar.gz' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('cannot be decompressed'),
    });
  });

  it('is the one platform of an index that the engine has', async () => {
    const [own, other] = [imageOf(layer.descriptor), imageOf(layer.descriptor, layer.descriptor)];
    const platforms = [own, other].map(({ descriptor }, position) => ({
      ...descriptor,
      platform: { os: 'linux', architecture: position === 0 ? 'amd64' : 'arm64' },
    }));
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: platforms });
    const layout = await writeLayout('engine', index);
    await layout.write(own);
    execFileSync('tar', ['-c', '-f', inside('engine.tar'), '-C', inside('engine'), '.']);
    expect(await pushed('docker-archive:engine.tar', 'engine')).toBe(own.descriptor.digest);
    await expect(shop.run('push', { source: 'oci:engine' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await layout.write(other);
    execFileSync('tar', ['-c', '-f', inside('engine.tar'), '-C', inside('engine'), '.']);
    expect(await pushed('docker-archive:engine.tar', 'engine')).toBe(index.descriptor.digest);
  });

  it('goes everywhere without the layers that only others may give out', async () => {
    const foreign = {
      ...contentOf('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'never seen').descriptor,
      urls: ['https://layers.example.com/base'],
    };
    const root = imageOf(foreign, layer.descriptor);
    await writeLayout('foreign', root);
    const { digest } = root.descriptor;
    expect(await pushed('oci:foreign', 'foreign')).toBe(digest);
    await shop.run('promote', { image: 'shop/app:foreign', to: 'shop/promoted', 'public-key': '' });
    await rm(inside('harbor-pilot.json'), { force: true });
    await shop.run('push', { image: 'shop/app:foreign', 'to-bundle': 'foreign.tar' });
    await shop.run('push', { image: 'shop/imported', 'from-bundle': 'foreign.tar', tags: 'foreign' });
    for (const repository of ['shop/promoted', 'shop/imported']) {
      expect(await shop.registry.resolve(repository, 'foreign')).toMatchObject({ digest });
      expect(await shop.registry.hasBlob(repository, foreign.digest)).toBe(false);
    }
  });

  it.each([
    ['a folder', 'work', () => undefined],
    ['a pipe', 'pipe', (path: string) => void execFileSync(pipeMaker, [path])],
  ])('is a file, not %s', async (_, name, make) => {
    if (name === 'work') await openLayout(inside(name));
    make(inside(name));
    for (const input of [{ source: `docker-archive:${name}` }, { 'from-bundle': name }]) {
      await expect(shop.run('push', { ...input })).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining('is no file'),
      });
    }
  });

  it('is not read for a bundle that cannot be written', async () => {
    for (const path of ['nowhere/app.tar', '.']) {
      await expect(shop.run('push', { image: 'shop/app:none', 'to-bundle': path })).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
      });
    }
  });
});
