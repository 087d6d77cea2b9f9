import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exactName, parsePublicKey, parseTrustRoot, publicTrustRoot, type SignerPolicy } from '../src/index.ts';

const folder = resolve(import.meta.dirname, '../../../test/fixtures/sigstore-conformance');
const publicOnes = {
  identity:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
};

/** What signed the artifact of the cases: a name in a certificate, and who vouched for it. */
export const signedBy = publicOnes;

/** A time after all of them were signed. */
export const now = new Date('2026-11-22T00:00:00Z');

/** What all of them sign. */
export const artifact = { bytes: readFileSync(resolve(folder, 'a.txt')) };

/** The policy that takes the signer of the cases. */
export const signer: SignerPolicy['signers'][number] = {
  kind: 'certificate',
  identity: exactName(publicOnes.identity),
  issuer: exactName(publicOnes.issuer),
};

/** A case of sigstore-conformance: its bundle as JSON, and the policy that it meets. */
export interface SignedCase {
  readonly bundle: string;
  /** The text of its trust root; undefined for that of the public Sigstore. */
  readonly trustedRoot: string | undefined;
  readonly policy: SignerPolicy;
}

export async function signedCase(name: string): Promise<SignedCase> {
  const read = (file: string): string | undefined => {
    const path = resolve(folder, name, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const trustedRoot = read('trusted_root.json');
  const trustRoot = await (trustedRoot === undefined ? publicTrustRoot() : parseTrustRoot(trustedRoot, 'root.json'));
  const key = read('key.pub');
  const signers = key === undefined ? [signer] : [{ kind: 'key' as const, publicKey: parsePublicKey(key) }];
  return {
    bundle: read('bundle.sigstore.json') ?? '',
    trustedRoot,
    policy: { signers, trustRoot, waivers: new Set() },
  };
}
