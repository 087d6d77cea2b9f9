import type { PublicKey } from './public-key.ts';
import type { SignerPolicy } from './trusted-signers.ts';

/** The policy that signatures of one key count, and nothing else has to speak for them. */
export function keyPolicy(publicKey: PublicKey): SignerPolicy {
  return { signers: [{ kind: 'key', publicKey }], trustRoot: undefined, waivers: new Set() };
}
