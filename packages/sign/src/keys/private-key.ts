import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import { algorithmOf, isSignedBy, signBytes } from './algorithm.ts';
import { decryptKey } from './cosign-key.ts';
import { damaged, findKeyBlock, isCosignLabel, type KeyBlock, unusualKey, wrongPassword } from './key-text.ts';

/** Some seconds; usual are 2,048 (OpenSSL) to 600,000. */
const costLimit = 10_000_000;

/**
 * Opens a private key in PEM: as cosign encrypts it, PKCS#8 with or without a password, or the older forms of OpenSSL (SEC1
 * and PKCS#1).
 * @param password of an encrypted key; not looked at for a plain one.
 * @throws PilotError KEY_INVALID when it is something else, damaged, of a kind that cosign does not sign with, or when the
 *   password does not open it.
 */
export async function openPrivateKey(text: string, password: string): Promise<KeyObject> {
  const block = findKeyBlock(text, 'signing');
  const key = isCosignLabel(block.label) ? await openCosignKey(block, password) : await openOpenSslKey(block, password);
  if (algorithmOf(key) === undefined) throw unusualKey('signing', key);
  if (!isPair(key)) throw damaged('signing', 'its private and its public part do not belong together');
  return key;
}

/** OpenSSL does not look: nobody would verify what such a key signs. */
function isPair(key: KeyObject): boolean {
  const bytes = Buffer.from('signed and verified once, to see whether it can be');
  try {
    return isSignedBy(createPublicKey(key), bytes, signBytes(bytes, key));
  } catch {
    return false;
  }
}

async function openCosignKey({ der }: KeyBlock, password: string): Promise<KeyObject> {
  const key = Buffer.from(await decryptKey(der, password));
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw damaged('signing', 'what is encrypted in it is no private key', cause);
  }
}

async function openOpenSslKey(block: KeyBlock, password: string): Promise<KeyObject> {
  const isEncrypted = block.hasHeaders || block.label.startsWith('ENCRYPTED');
  if (isEncrypted && password === '') throw wrongPassword(password);
  if (isEncrypted && !block.hasHeaders) await requireUsualCost(block.der);
  try {
    return createPrivateKey(keyInput(block, password));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (/UNSUPPORTED|UNKNOWN/.test(code) && isEncrypted) {
      const what = 'the signing key is encrypted in a way that is too old to be supported, or the password is wrong';
      throw new PilotError('KEY_INVALID', what, {
        cause,
        hint: 'Try the password again, or encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out FILE.new, or "harbor-pilot keys import".',
      });
    }
    // A wrong password rarely looks like a right one up to the content, which then makes no sense.
    if (isEncrypted) throw wrongPassword(password, cause);
    throw damaged('signing', 'its content is no private key', cause);
  }
}

/** To open a key cannot be interrupted, not even by the end of the job. */
async function requireUsualCost(der: Buffer): Promise<void> {
  const { openingCost } = await import('./opening-cost.ts');
  const cost = openingCost(der);
  if (cost === undefined) throw damaged('signing', 'it does not say how it is encrypted');
  if (cost <= costLimit) return;
  throw new PilotError('KEY_INVALID', `the signing key takes ${cost} rounds to open, and may take ${costLimit}`, {
    hint: 'Encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in FILE -out FILE.new.',
  });
}

function keyInput({ label, pem, der, hasHeaders }: KeyBlock, passphrase: string) {
  if (hasHeaders) return { key: pem, format: 'pem', passphrase } as const;
  const types = { 'EC PRIVATE KEY': 'sec1', 'RSA PRIVATE KEY': 'pkcs1' } as const;
  const type = label === 'EC PRIVATE KEY' || label === 'RSA PRIVATE KEY' ? types[label] : 'pkcs8';
  return { key: der, format: 'der', type, passphrase } as const;
}
