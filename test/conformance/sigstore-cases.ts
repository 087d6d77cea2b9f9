import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  exactName,
  type Proof,
  parsePublicKey,
  parseTrustRoot,
  proveArtifact,
  publicTrustRoot,
  type Refusal,
  type SignerPolicy,
  type TrustRoot,
} from '@harbor-pilot/sign';

/** All cases of sigstore-conformance, beside the repository. */
export const sigstoreAssets = resolve(
  import.meta.dirname,
  '../../../shared/data/sigstore-conformance-assets/test/assets/bundle-verify',
);
/** Some of them, in it. */
export const copiedAssets = resolve(import.meta.dirname, '../fixtures/sigstore-conformance');

/** How a case names the artifact: by the bytes of its file, or by its digest. */
export type Naming = 'path' | 'digest';

// Its README: what counts where a case does not say otherwise.
const identity =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';

/** The names of all cases in a folder. */
export function casesOf(assets: string): readonly string[] {
  if (!existsSync(assets)) return [];
  return readdirSync(assets, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Whether the bundle of a case must be refused. */
export function mustFail(name: string): boolean {
  return name.endsWith('_fail');
}

/** Verifies the bundle of a case, as the command of the conformance suite would; a trust root that is refused fails it, too. */
export async function verifyCase(assets: string, name: string, naming: Naming): Promise<Proof | Refusal> {
  const read = (file: string): Buffer | undefined => {
    const path = join(assets, name, file);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const bytes = read('artifact') ?? readFileSync(join(assets, 'a.txt'));
  const artifact = naming === 'path' ? { bytes } : { sha256: createHash('sha256').update(bytes).digest() };
  try {
    const policy = { signers: [signerOf(read)], trustRoot: await rootOf(read), waivers: new Set<never>() };
    return await proveArtifact(read('bundle.sigstore.json') ?? Buffer.alloc(0), artifact, policy, new Date());
  } catch (error) {
    return { failure: 'damaged', reason: String(error) };
  }
}

type Read = (file: string) => Buffer | undefined;

async function rootOf(read: Read): Promise<TrustRoot> {
  const json = read('trusted_root.json');
  return json === undefined ? publicTrustRoot() : parseTrustRoot(json.toString(), 'trusted_root.json');
}

function signerOf(read: Read): SignerPolicy['signers'][number] {
  const key = read('key.pub');
  if (key !== undefined) return { kind: 'key', publicKey: parsePublicKey(key.toString()) };
  const name = (file: string, usual: string) => exactName(read(file)?.toString().trim() ?? usual);
  return { kind: 'certificate', identity: name('identity', identity), issuer: name('issuer', issuer) };
}
