import { PilotError } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  type Descriptor,
  formatManifest,
  mediaTypes,
  parseReference,
} from '@harbor-pilot/oci';
import { expect, it } from '@jest/globals';
import type { Connection } from '../src/connect.ts';
import { withPlatforms } from '../src/scan-gate/with-platforms.ts';

/** An image with some text as its configuration, and all that is read of a connection to where it is. */
function imageWith(config: string): { image: Descriptor; connection: Connection } {
  const blob = contentOf(mediaTypes.ociConfig, config);
  const manifest = formatManifest({ mediaType: mediaTypes.ociManifest, config: blob.descriptor, layers: [] });
  const contents = new Map<string, Content>([manifest, blob].map((content) => [content.descriptor.digest, content]));
  const read = (digest: string): Content => {
    const content = contents.get(digest);
    if (content === undefined) throw new PilotError('REFERENCE_NOT_FOUND', 'nothing is there');
    return content;
  };
  const registry = {
    fetchManifest: async (_: string, digest: string) => read(digest),
    fetchBlob: async (_: string, { digest }: Descriptor) => read(digest).bytes,
  };
  const reference = parseReference('harbor.example.com/shop/app');
  return { image: manifest.descriptor, connection: { registry, reference } as unknown as Connection };
}

it.each([
  ['{"os":"linux","architecture":"amd64"}', { os: 'linux', architecture: 'amd64' }],
  ['{"os":"linux","architecture":"arm","variant":"v7"}', { os: 'linux', architecture: 'arm', variant: 'v7' }],
  ['{"os":"linux"}', undefined],
  ['{"os":"unknown","architecture":"unknown"}', undefined],
  ['{"os":7,"architecture":{}}', undefined],
  ['[]', undefined],
  ['no JSON', undefined],
])(
  'an image with the configuration %s is of the platform %p, also in an index that does not tell it',
  async (config, platform) => {
    const { image, connection } = imageWith(config);
    expect((await withPlatforms({ root: image, children: [] }, connection)).root.platform).toEqual(platform);
    const { root, children } = await withPlatforms({ root: image, children: [image] }, connection);
    expect([root, children[0]?.platform]).toEqual([image, platform]);
  },
);

it('the platform that an index tells stays, and one that cannot be read is not known', async () => {
  const { image, connection } = imageWith('{"os":"linux","architecture":"amd64"}');
  const told = { ...image, platform: { os: 'windows', architecture: 'amd64' } };
  const { connection: elsewhere } = imageWith('{}');
  const { children } = await withPlatforms({ root: image, children: [told] }, connection);
  expect(children).toEqual([told]);
  expect((await withPlatforms({ root: image, children: [] }, elsewhere)).root).toEqual(image);
});
