import { asString, PilotError, parseObject } from '@harbor-pilot/core';
import { formatPlatform, parseManifest } from '@harbor-pilot/oci';
import type { DoctorContext } from '../context.ts';

/**
 * The platforms that the image has in the registry, or else those that it is to be built for; empty when neither is known.
 * Why an image cannot be read is for the checks of the registry to say.
 */
export async function imagePlatforms(context: DoctorContext): Promise<readonly string[]> {
  const { repository, tagOrDigest, platforms } = context;
  if (repository === undefined || tagOrDigest === undefined) return platforms;
  try {
    const found = await read(context, repository, tagOrDigest);
    return found.length > 0 ? found : platforms;
  } catch (error) {
    if (error instanceof PilotError) return platforms;
    throw error;
  }
}

async function read({ registry }: DoctorContext, repository: string, tagOrDigest: string): Promise<readonly string[]> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, tagOrDigest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') {
    const known = parsed.index.manifests.flatMap(({ platform }) => platform ?? []);
    // Attestations are of the platform unknown/unknown.
    return known.filter(({ os }) => os !== 'unknown').map(formatPlatform);
  }
  // What is no image may have a configuration of any kind.
  const config = parseObject(new TextDecoder().decode(await registry.fetchBlob(repository, parsed.manifest.config)));
  const [os, architecture] = [asString(config?.os), asString(config?.architecture)];
  return os === undefined || architecture === undefined ? [] : [formatPlatform({ os, architecture })];
}
