import { createPublicKey, X509Certificate } from 'node:crypto';
import { asArray, asNumber, asObject, asString, parseObject } from '@harbor-pilot/core';
import { signedBytes } from '../dsse.ts';
import { isEntryOf } from '../prove/log-entry.ts';
import { hasDigest } from '../prove/signed-material.ts';
import type { SignedContent, Testimony } from '../witness.ts';
import type { ServiceAnswer } from './ask-service.ts';
import { isIncluded } from './inclusion-proof.ts';

/** An entry of a transparency log as it stands in a bundle. */
export type LogEntry = NonNullable<Testimony['tlogEntries']>[number];

type Fields = Readonly<Record<string, unknown>> | undefined;

const hashLimit = 64;

/**
 * Reads an entry in the JSON of protobuf, as Rekor 2 answers (protobuf-specs 0.5, TransparencyLogEntry).
 * @throws PilotError ANSWER_UNEXPECTED.
 */
export function parseLogEntry(value: unknown, answer: ServiceAnswer): LogEntry {
  const entry = asObject(value);
  const keyId = asString(asObject(entry?.logId)?.keyId);
  const canonicalizedBody = asString(entry?.canonicalizedBody);
  const proof = asObject(entry?.inclusionProof);
  if (keyId === undefined || canonicalizedBody === undefined || proof === undefined) {
    throw answer.unexpected('it is no log entry with a proof');
  }
  const promise = asString(asObject(entry?.inclusionPromise)?.signedEntryTimestamp);
  return {
    logIndex: wholeNumber(entry?.logIndex, answer),
    logId: { keyId },
    kindVersion: kindOf(canonicalizedBody, answer),
    integratedTime: wholeNumber(entry?.integratedTime, answer),
    inclusionPromise: promise === undefined ? undefined : { signedEntryTimestamp: promise },
    inclusionProof: {
      logIndex: wholeNumber(proof.logIndex, answer),
      rootHash: asString(proof.rootHash) ?? '',
      treeSize: wholeNumber(proof.treeSize, answer),
      hashes: asArray(proof.hashes).map((hash) => asString(hash) ?? ''),
      checkpoint: { envelope: asString(asObject(proof.checkpoint)?.envelope) ?? '' },
    },
    canonicalizedBody,
  };
}

/** A number that the JSON of protobuf writes as text, and leaves out when it is 0. */
function wholeNumber(value: unknown, answer: ServiceAnswer): string {
  const text = value === undefined ? '0' : String(asString(value) ?? asNumber(value));
  if (/^\d{1,20}$/.test(text)) return text;
  throw answer.unexpected('a number in its log entry is none');
}

function kindOf(body: string, answer: ServiceAnswer): { kind: string; version: string } {
  const { kind, apiVersion } = parseBody(body, answer);
  return { kind: asString(kind) ?? '', version: asString(apiVersion) ?? '' };
}

function parseBody(body: string, answer: ServiceAnswer): NonNullable<Fields> {
  const document = parseObject(Buffer.from(body, 'base64').toString());
  if (document !== undefined) return document;
  throw answer.unexpected('the body of its log entry is no JSON');
}

/**
 * Checks that an entry is about this signature and that its proof is right. That the log signed the proof, verifying shows.
 * @throws PilotError ANSWER_UNEXPECTED.
 */
export function checkLogEntry(entry: LogEntry, content: SignedContent, answer: ServiceAnswer): void {
  const spec = asObject(parseBody(entry.canonicalizedBody, answer).spec);
  if (!isAbout(spec, content) || !isBy(entry, content))
    throw answer.unexpected('its log entry is about something else');
  if (!isProved(entry)) throw answer.unexpected('the proof in it does not lead from the log entry to the checkpoint');
}

function isAbout(spec: Fields, content: SignedContent): boolean {
  const second = asObject(spec?.hashedRekordV002);
  const signature = asObject(second?.signature) ?? asObject(spec?.signature) ?? asObject(asArray(spec?.signatures)[0]);
  const text = asString(signature?.content) ?? asString(signature?.signature);
  if (text === undefined || !Buffer.from(text, 'base64').equals(content.signature)) return false;
  if (second !== undefined) {
    return hasDigest(
      { bytes: signedBytes(content) },
      Buffer.from(asString(asObject(second.data)?.digest) ?? '', 'base64'),
    );
  }
  const payloadHash = asObject(spec?.payloadHash);
  const digest = asString((payloadHash ?? asObject(asObject(spec?.data)?.hash))?.value) ?? '';
  return hasDigest(
    { bytes: payloadHash === undefined ? signedBytes(content) : content.payload },
    Buffer.from(digest, 'hex'),
  );
}

function isBy({ canonicalizedBody }: LogEntry, { certificates, publicKeyPem }: SignedContent): boolean {
  const [leaf] = certificates;
  const signer =
    leaf === undefined
      ? { key: createPublicKey(publicKeyPem) }
      : { certificate: Buffer.from(leaf), key: new X509Certificate(leaf).publicKey };
  try {
    return isEntryOf({ canonicalizedBody: Buffer.from(canonicalizedBody, 'base64') }, signer);
  } catch {
    return false;
  }
}

function isProved({ inclusionProof: proof, canonicalizedBody }: LogEntry): boolean {
  if (proof === undefined || proof.hashes.length > hashLimit) return false;
  // A signed note: origin, size and root in a line each (C2SP, tlog-checkpoint).
  const [, size, root] = proof.checkpoint.envelope.split('\n');
  if (size !== proof.treeSize || root !== proof.rootHash) return false;
  return isIncluded(Buffer.from(canonicalizedBody, 'base64'), {
    index: BigInt(proof.logIndex),
    size: BigInt(proof.treeSize),
    root: Buffer.from(proof.rootHash, 'base64'),
    hashes: proof.hashes.map((hash) => Buffer.from(hash, 'base64')),
  });
}
