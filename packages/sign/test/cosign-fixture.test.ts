import { contentOf, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { byKey } from './by-key.ts';
import { cosignBundle, cosignClassic, cosignPublicKey, signedRepository } from './cosign-fixture.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';
import { verified } from './verified.ts';

const { host, repository } = signedRepository;

async function registryWith(signature: typeof cosignBundle | typeof cosignClassic): Promise<MemoryRegistry> {
  const registry = memoryRegistry(host);
  for (const blob of signature.blobs) {
    const { descriptor, bytes } = contentOf('', blob);
    registry.blobs.set(descriptor.digest, bytes);
  }
  const tag = `${signature.digest.replace(':', '-')}.sig`;
  const manifest = contentOf(mediaTypes.ociManifest, signature.manifest);
  await registry.pushManifest(repository, manifest, signature === cosignClassic ? tag : undefined);
  return registry;
}

const verify = async (signature: typeof cosignBundle | typeof cosignClassic, expectedReference?: string) =>
  verified({
    registry: await registryWith(signature),
    repository,
    digest: signature.digest,
    ...byKey({ publicKeyPem: cosignPublicKey }),
    ...(expectedReference === undefined ? {} : { expectedReference }),
  });

describe('what cosign 3.1.3 signed', () => {
  it('is verified in the form of a bundle', async () => {
    await expect(verify(cosignBundle)).resolves.toMatchObject([{ format: 'bundle', reference: undefined }]);
  });

  it('is verified in the classic form, for its repository', async () => {
    await expect(verify(cosignClassic, `${host}/${repository}`)).resolves.toMatchObject([
      { format: 'classic', annotations: { foo: 'bar' } },
      { format: 'classic', annotations: { foo: 'bar2' } },
    ]);
  });

  it('is refused as a bundle when a repository is expected, which cosign does not sign unless it is told to', async () => {
    await expect(verify(cosignBundle, `${host}/${repository}`)).rejects.toThrow('no repository');
  });
});
