import { generateKeyPairSync } from 'node:crypto';
import { loadSigner, type Signer } from '../src/index.ts';

/** A signer with a key of its own, which has no password: to open one with a password takes long on purpose. */
export async function newSigner(): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return loadSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
