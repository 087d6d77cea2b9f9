import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { signedBytes } from '../dsse.ts';
import { algorithmOf, type KeyAlgorithm } from '../keys/algorithm.ts';
import type { SignedContent, Witness } from '../witness.ts';
import { askService, type ServiceAnswer } from './ask-service.ts';
import { checkLogEntry, parseLogEntry } from './log-entry.ts';
import { unloggableKey } from './unloggable-key.ts';

/** It adds entries in batches; a client that goes away takes along those of others, who are told "context canceled" (rekor-tiles 2.3.0). */
const clientGone = 499;
const attempts = 4;

/**
 * A transparency log of Rekor 2 (rekor-tiles 2.3.0, `POST /api/v2/log/entries`). It logs the digest of what was signed, of
 * a DSSE envelope as well, and answers when the entry is in its tree. It tells no time: who verifies a certificate needs a
 * timestamp, too.
 * @param url base address.
 */
export function rekor2Witness(http: Http, url: string): Witness {
  return {
    testify: async (content, signal) => {
      const body = JSON.stringify({ hashedRekordRequestV002: hashedRekord(content) });
      const answer = await addEntry(http, url, body, signal);
      if (answer.status >= 400) throw answer.unexpected(`it answered ${answer.problem()}`);
      const entry = parseLogEntry(answer.json(), answer);
      checkLogEntry(entry, content, answer);
      return { tlogEntries: [entry] };
    },
  };
}

async function addEntry(
  http: Http,
  url: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<ServiceAnswer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const place = `${url}/api/v2/log/entries`;
    const answer = await askService(http, { service: 'Rekor', method: 'POST', url: place, headers, body, signal });
    if (answer.status !== clientGone) return answer;
  }
  throw new PilotError('SIGSTORE_UNAVAILABLE', `Rekor at ${new URL(url).host} gave up the entry ${attempts} times`, {
    hint: 'It adds the entries of several clients together, and others went away. No signature was pushed; try again.',
  });
}

function hashedRekord(content: SignedContent): object {
  const [leaf] = content.certificates;
  const key = leaf === undefined ? createPublicKey(content.publicKeyPem) : new X509Certificate(leaf).publicKey;
  const algorithm = algorithmOf(key) ?? { name: 'ed25519', hash: undefined };
  const { name, hash } = algorithm;
  // It takes signatures over a digest: Ed25519ph, which cosign does not make, instead of Ed25519.
  if (hash === undefined) throw unloggableKey('Rekor 2', algorithm);
  const verifier =
    leaf === undefined
      ? { publicKey: { rawBytes: key.export({ type: 'spki', format: 'der' }).toString('base64') } }
      : { x509Certificate: { rawBytes: Buffer.from(leaf).toString('base64') } };
  return {
    digest: createHash(hash).update(signedBytes(content)).digest('base64'),
    signature: {
      content: Buffer.from(content.signature).toString('base64'),
      verifier: { ...verifier, keyDetails: keyDetails(name) },
    },
  };
}

/** How protobuf-specs 0.5 calls the kinds of keys: `PKIX_ECDSA_P256_SHA_256`, `PKIX_RSA_PKCS1V15_2048_SHA256`. */
function keyDetails(name: KeyAlgorithm['name']): string {
  const [, bits, curve] = /^ecdsa-sha2-(\d+)-nistp(\d+)$/.exec(name) ?? [];
  if (bits !== undefined) return `PKIX_ECDSA_P${curve}_SHA_${bits}`;
  return `PKIX_RSA_PKCS1V15_${name.split('-')[3]}_SHA256`;
}
