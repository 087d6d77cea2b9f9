import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  contentOf,
  digestOf,
  formatManifest,
  mediaTypes,
  openDockerArchive,
  openLayout,
  parseManifest,
  writeDockerArchive,
} from '@harbor-pilot/oci';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

describeWithPeers('a docker-archive of skopeo', ['skopeo'], ({ skopeo }) => {
  let folder: string;
  const tar = Buffer.alloc(10_240);
  const layer = contentOf(mediaTypes.ociLayerGzip, gzipSync(tar));
  const config = contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }),
  );
  const root = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: [layer.descriptor],
  });
  const run = (...args: string[]): string => execFileSync(skopeo, ['--insecure-policy', ...args], { encoding: 'utf8' });
  const inside = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-interop-'));
    const layout = await openLayout(inside('layout'));
    for (const content of [layer, config, root]) await layout.write(content);
    await layout.setRoots([root.descriptor]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is read', async () => {
    run('copy', `oci:${inside('layout')}`, `docker-archive:${inside('theirs.tar')}:acme/app:v1`);
    const archive = await openDockerArchive(inside('theirs.tar'));
    const [only] = await archive.roots();
    if (only === undefined) throw new Error('no image');
    const parsed = parseManifest(await archive.read(only), only.mediaType);
    if (parsed.kind !== 'manifest' || parsed.manifest.layers[0] === undefined) throw new Error('no layer');
    expect((await buffer(await archive.open(parsed.manifest.layers[0]))).equals(tar)).toBe(true);
  });

  it('of ours is read by it', async () => {
    await writeDockerArchive(inside('ours.tar'), root.descriptor, await openLayout(inside('layout')), ['acme/app:v1']);
    run('copy', `docker-archive:${inside('ours.tar')}`, `oci:${inside('back')}`);
    const back = await openLayout(inside('back'));
    const [only] = await back.roots();
    if (only === undefined) throw new Error('no image');
    const parsed = parseManifest(await back.read(only), only.mediaType);
    if (parsed.kind !== 'manifest' || parsed.manifest.layers[0] === undefined) throw new Error('no layer');
    const stored = await buffer(await back.open(parsed.manifest.layers[0]));
    expect(gunzipSync(stored).equals(tar)).toBe(true);
  });

  it('may be an OCI archive', async () => {
    run('copy', `oci:${inside('layout')}`, `oci-archive:${inside('oci.tar')}`);
    const archive = await openDockerArchive(inside('oci.tar'));
    expect(await archive.roots()).toMatchObject([{ digest: root.descriptor.digest }]);
  });
});
