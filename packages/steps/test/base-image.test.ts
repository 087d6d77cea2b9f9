import { judgeImage, parsePolicy } from '@harbor-pilot/gate';
import { type Content, contentOf, formatIndex, formatManifest, mediaTypes, parseReference } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HarborUnderTest, harborUnderTest } from '../../harbor/test/harbor-under-test.ts';
import { memorySource } from '../../registry/test/images.ts';
import type { Connection } from '../src/connect.ts';
import { withBaseUpgrade } from '../src/scan-gate/base-image.ts';
import { findBase } from '../src/scan-gate/find-base.ts';
import { readTree } from '../src/subject.ts';
import { captureRuntime } from './runtime.ts';

// Archives without files, each of another length.
const layer = (blocks: number): Content => contentOf(mediaTypes.ociLayer, Buffer.alloc(512 * blocks));
const [system, newSystem, app] = [layer(2), layer(3), layer(4)];

/** An image of some layers, which are not packed: their digest is their DiffID. */
function image(architecture: string, ...layers: Content[]) {
  const diffIds = layers.map(({ descriptor }) => descriptor.digest);
  const document = { os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: diffIds } };
  const config = contentOf(mediaTypes.ociConfig, JSON.stringify(document));
  const descriptors = layers.map(({ descriptor }) => descriptor);
  const root = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers: descriptors });
  return { architecture, root, contents: [root, config, ...layers] };
}

function index(...images: ReturnType<typeof image>[]) {
  const manifests = images.map(({ architecture, root }) => ({
    ...root.descriptor,
    platform: { os: 'linux', architecture },
  }));
  const root = formatIndex({ mediaType: mediaTypes.ociIndex, manifests });
  return { root, contents: [root, ...images.flatMap(({ contents }) => contents)] };
}

const project = `base-${Date.now().toString(36)}`;
let world: HarborUnderTest;

beforeAll(async () => {
  world = await harborUnderTest();
  await world.harbor().ensureProject(project);
});
afterAll(() => world.close());

async function push(repository: string, tag: string, { root, contents }: { root: Content; contents: Content[] }) {
  const name = `${project}/${repository}`;
  await world.registry().pushImage(name, root.descriptor, memorySource(...contents), { tags: [tag] });
  return root.descriptor.digest;
}

/** All that is read of a connection. */
function connection(): Connection {
  const reference = parseReference(`${world.host}/${project}/app`);
  return { reference, registry: world.registry(), harbor: world.harbor() } as Partial<Connection> as Connection;
}

describe('the base image', () => {
  const runtime = captureRuntime('/nowhere');
  const warned = (): string[] => runtime.lines.splice(0);

  it('tells by its layers what came with it, and a newer one what is gone', async () => {
    const old = await push('alpine', '3.21', index(image('amd64', system), image('arm64', system)));
    const digest = await push('app', 'v1', index(image('amd64', system, app), image('arm64', system, app)));
    const newer = image('amd64', newSystem);
    const newerIndex = index(newer, image('arm64', newSystem));
    const next = await push('alpine', '3.22', newerIndex);
    await world.harbor().startScan(project, 'alpine', newer.root.descriptor.digest);
    for (let look = 0; look < 100; look++) {
      if (await world.harbor().vulnerabilities(project, 'alpine', newer.root.descriptor.digest)) break;
      await runtime.clock.sleep(200);
    }
    const tree = await readTree(connection(), digest);
    // Its tag has moved on since the image was built.
    await world.registry().pushManifest(`${project}/alpine`, newerIndex.root, 'latest');
    const base = await findBase(`${project}/alpine:latest`, tree, connection(), runtime);
    if (base === undefined) throw new Error('no base image was found');
    expect(base).toMatchObject({ digest: old, platform: 'linux/amd64', layers: new Set([system.descriptor.digest]) });
    const found = { id: 'CVE-1', package: 'zlib', version: '1', severity: 'High', platforms: ['linux/amd64'] } as const;
    const report = judgeImage({
      image: `${world.host}/${project}/app`,
      digest,
      platforms: ['linux/amd64', 'linux/arm64'],
      source: { name: 'Trivy' },
      vulnerabilities: [
        { ...found, layer: system.descriptor.digest, fixVersion: '2' },
        { ...found, id: 'CVE-2', layer: app.descriptor.digest },
      ],
      policy: parsePolicy({ severityCutoff: 'high', onlyFixed: false }),
      baseLayers: base.layers,
      now: runtime.clock.now(),
      durationSeconds: 0,
    });
    const { upgrades } = await withBaseUpgrade(report, base, connection(), runtime);
    expect(upgrades).toEqual([
      {
        package: `${world.host}/${project}/alpine`,
        from: `3.21@${old}`,
        to: `3.22@${next}`,
        removes: ['CVE-1'],
        refused: 1,
        isFromBase: true,
      },
      { package: 'zlib', from: '1', to: '2', removes: ['CVE-1'], refused: 1, isFromBase: true },
    ]);
    expect(warned()).toEqual([]);
  });

  it('is warned about when it is not below the image, is not to be read, or is in another registry', async () => {
    await push('other', '1', image('amd64', newSystem));
    const tree = await readTree(connection(), await push('app', 'v2', image('amd64', system, app)));
    const other = await push('other', '2', image('amd64', app));
    const warnings = [
      [`${project}/other:1`, `the image is not built on ${project}/other:1`],
      [`${project}/other@${other}`, 'the image is not built on'],
      [`${project}/none:1`, 'nothing is known of newer base images'],
      ['docker.io/library/alpine:3', 'is not in'],
    ] as const;
    for (const [name, warning] of warnings) {
      expect(await findBase(name, tree, connection(), runtime)).toBeUndefined();
      expect(warned()).toEqual([expect.stringContaining(warning)]);
    }
  });
});
