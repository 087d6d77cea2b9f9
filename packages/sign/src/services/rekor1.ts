import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { algorithmOf } from '../keys/algorithm.ts';
import type { SignedContent, Witness } from '../witness.ts';
import { askService, type ServiceAnswer } from './ask-service.ts';
import { checkMoment } from './check-moment.ts';
import { checkLogEntry, type LogEntry, parseLogEntry } from './log-entry.ts';
import { unloggableKey } from './unloggable-key.ts';

const headers = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * A transparency log of Rekor 1 (rekor 1.5.3, `openapi.yaml`): it logs a DSSE envelope as such, and promises with a time
 * that the entry will be in its tree.
 * @param url base address.
 */
export function rekor1Witness(http: Http, url: string): Witness {
  const entries = `${url}/api/v1/log/entries`;
  return {
    testify: async (content, signal) => {
      const proposed = JSON.stringify(proposedEntry(content));
      let answer = await askService(http, {
        service: 'Rekor',
        method: 'POST',
        url: entries,
        headers,
        body: proposed,
        signal,
      });
      if (answer.status === 409) {
        // The entry is there: an earlier try got through, although its answer did not.
        const at = `${entries}/${existing(answer)}`;
        answer = await askService(http, { service: 'Rekor', method: 'GET', url: at, headers, signal });
      }
      if (answer.status >= 400) throw answer.unexpected(`it answered ${answer.problem()}`);
      const entry = parseAnswer(answer);
      checkLogEntry(entry, content, answer);
      checkMoment(new Date(Number(entry.integratedTime) * 1000), content.certificates, answer);
      return { tlogEntries: [entry] };
    },
  };
}

function proposedEntry(content: SignedContent): object {
  const { signature, payload, envelopeType } = content;
  const sig = base64(signature);
  const verifier = base64(verifierPem(content));
  const algorithm = algorithmOf(createPublicKey(content.publicKeyPem)) ?? { name: 'ed25519', hash: undefined };
  if (envelopeType !== undefined) {
    // It verifies all ECDSA signatures of envelopes with SHA-256 (rekor 1.5.3, pkg/types/dsse/v0.0.1).
    if (algorithm.hash === 'sha384' || algorithm.hash === 'sha512') throw unloggableKey('Rekor 1', algorithm);
    const envelope = { payload: base64(payload), payloadType: envelopeType, signatures: [{ sig }] };
    const proposedContent = { envelope: JSON.stringify(envelope), verifiers: [verifier] };
    return { kind: 'dsse', apiVersion: '0.0.1', spec: { proposedContent } };
  }
  if (algorithm.hash === undefined) throw unloggableKey('Rekor 1', algorithm);
  const hash = { algorithm: algorithm.hash, value: createHash(algorithm.hash).update(payload).digest('hex') };
  const spec = { data: { hash }, signature: { content: sig, publicKey: { content: verifier } } };
  return { kind: 'hashedrekord', apiVersion: '0.0.1', spec };
}

function verifierPem({ certificates: [leaf], publicKeyPem }: SignedContent): Buffer {
  return Buffer.from(leaf === undefined ? publicKeyPem : new X509Certificate(leaf).toString());
}

function existing(answer: ServiceAnswer): string {
  const id = /\/api\/v1\/log\/entries\/([0-9a-f]{64,96})$/.exec(answer.headers.location ?? '')?.[1];
  if (id === undefined) throw answer.unexpected('it says that the entry is there already, but not where');
  return id;
}

/** Reads `{ "<id>": entry }` into the form of bundles, as sigstore-go does. */
function parseAnswer(answer: ServiceAnswer): LogEntry {
  const entries = Object.values(asObject(answer.json()) ?? {});
  const entry = asObject(entries[0]);
  const verification = asObject(entry?.verification);
  const proof = asObject(verification?.inclusionProof);
  const promise = asString(verification?.signedEntryTimestamp);
  const logId = asString(entry?.logID);
  if (entries.length !== 1 || proof === undefined || promise === undefined || logId === undefined) {
    throw answer.unexpected('it is no log entry with a promise and a proof');
  }
  const hashes = Array.isArray(proof.hashes) ? proof.hashes : [];
  const converted = {
    logIndex: asNumber(entry?.logIndex),
    logId: { keyId: fromHex(logId) },
    integratedTime: asNumber(entry?.integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    inclusionProof: {
      logIndex: asNumber(proof.logIndex),
      treeSize: asNumber(proof.treeSize),
      rootHash: fromHex(asString(proof.rootHash) ?? ''),
      hashes: hashes.map((hash) => fromHex(asString(hash) ?? '')),
      checkpoint: { envelope: asString(proof.checkpoint) },
    },
    canonicalizedBody: asString(entry?.body),
  };
  return parseLogEntry(converted, answer);
}

function fromHex(text: string): string {
  return Buffer.from(text, 'hex').toString('base64');
}

function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64');
}
