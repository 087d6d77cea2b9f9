import { hexOf } from '@harbor-pilot/oci';
import type { PublicKey } from './public-key.ts';

/** How a bundle names a key: the digest of its DER in base64, as cosign 3 writes it. */
export function keyHintOf({ keyId }: Pick<PublicKey, 'keyId'>): string {
  return Buffer.from(hexOf(keyId), 'hex').toString('base64');
}
