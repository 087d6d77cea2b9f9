import { blobsOf, type Descriptor, type DockerArchive, formatPlatform, parseManifest } from '@harbor-pilot/oci';

/**
 * The image of an archive that can be pushed. An engine with the image store of containerd has of an image of several
 * platforms often but one, and saves the index all the same: then it is that platform, as `docker push` does it. Whatever
 * else is missing is told as it is read.
 */
export async function wholePlatform(
  root: Descriptor,
  archive: DockerArchive,
  warn: (message: string) => void,
): Promise<Descriptor> {
  const parsed = parseManifest(await archive.read(root), root.mediaType);
  if (parsed.kind === 'manifest') return root;
  const { manifests } = parsed.index;
  const whole: Descriptor[] = [];
  for (const child of manifests) if (await isWhole(child, archive)) whole.push(child);
  if (whole.length === manifests.length) return root;
  // Statements of how an image was built are no platform.
  const [only, ...others] = whole.filter(({ platform }) => platform !== undefined && platform.os !== 'unknown');
  if (only?.platform === undefined || others.length > 0) return root;
  warn(`of ${root.digest} only ${formatPlatform(only.platform)} is there: that image is pushed, ${only.digest}`);
  return only;
}

async function isWhole(descriptor: Descriptor, archive: DockerArchive): Promise<boolean> {
  if (!archive.has(descriptor.digest)) return false;
  const parsed = parseManifest(await archive.read(descriptor), descriptor.mediaType);
  return parsed.kind === 'index' || blobsOf(parsed.manifest).every(({ digest }) => archive.has(digest));
}
