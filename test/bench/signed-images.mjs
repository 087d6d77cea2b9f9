import { Readable } from 'node:stream';
import { createHttp } from '@harbor-pilot/http';
import { contentOf, formatIndex, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';

/**
 * Pushes images that nobody has signed yet, each of one small layer, to a registry.
 * @param children how many images each is an index of; 0 for a plain image.
 * @returns their digests.
 */
export async function pushUnsigned({ host, caCertificate, credentials }, repository, count, children = 0) {
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const registry = createRegistry({ http, host, ...(credentials === undefined ? {} : { credentials }) });
  try {
    const digests = [];
    for (let index = 0; index < count; index++) {
      const { root, contents } = children === 0 ? image(`${index}`) : indexOf(`${index}`, children);
      const source = sourceOf(contents);
      await registry.pushImage(repository, root.descriptor, source, { tags: [`v${index}`] });
      digests.push(root.descriptor.digest);
    }
    return digests;
  } finally {
    http.close();
  }
}

function image(name) {
  const layer = contentOf(mediaTypes.ociLayer, `layer ${name} ${Math.random()}`);
  const rootfs = { type: 'layers', diff_ids: [layer.descriptor.digest] };
  const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }));
  const { ociManifest: mediaType } = mediaTypes;
  const root = formatManifest({ mediaType, config: config.descriptor, layers: [layer.descriptor] });
  return { root, contents: [root, config, layer] };
}

function indexOf(name, children) {
  const images = Array.from({ length: children }, (_, index) => image(`${name}.${index}`));
  const root = formatIndex({
    mediaType: mediaTypes.ociIndex,
    manifests: images.map(({ root: { descriptor } }, index) => ({
      ...descriptor,
      platform: { os: 'linux', architecture: 'arm', variant: `v${index}` },
    })),
  });
  return { root, contents: [root, ...images.flatMap(({ contents }) => contents)] };
}

function sourceOf(contents) {
  const byDigest = new Map(contents.map((content) => [content.descriptor.digest, content]));
  const bytesOf = ({ digest }) => byDigest.get(digest).bytes;
  return {
    read: async (descriptor) => bytesOf(descriptor),
    open: async (descriptor) => Readable.from([bytesOf(descriptor)]),
  };
}
