import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';

/**
 * Refuses an entry that contradicts itself where the library looks only at one of two places.
 * @throws Error with what is wrong.
 */
export function assertConsistent({
  logIndex,
  integratedTime,
  kindVersion,
  inclusionProof,
}: TransparencyLogEntry): void {
  // They are text, from which the library makes numbers as they come.
  if (!/^\d{1,18}$/.test(logIndex) || !/^\d{0,12}$/.test(integratedTime)) {
    throw new Error('its log entry has no proper index or time');
  }
  if (inclusionProof === undefined) return;
  if (inclusionProof.checkpoint === undefined) throw new Error('its log entry has a proof without a checkpoint');
  // tlog-checkpoint.md: origin, size of the tree, hash of its root.
  const [, size, rootHash] = inclusionProof.checkpoint.envelope.split('\n', 3);
  const isSameTree = size === inclusionProof.treeSize && rootHash === inclusionProof.rootHash.toString('base64');
  // In a log of Rekor 1 the index is that of all its trees, and signed with the time.
  const isRekor2 = kindVersion.version === '0.0.2' && kindVersion.kind !== 'intoto';
  if (!isSameTree || (isRekor2 && logIndex !== inclusionProof.logIndex)) {
    throw new Error('its log entry contradicts its proof');
  }
}

/** Who signed, as far as the entry of a log can tell. */
export interface LoggedSigner {
  readonly certificate?: Buffer;
  readonly key: KeyObject;
}

/**
 * Whether an entry was made for this signer. Without that a signature could be shown to those who watch the log as if it
 * were of somebody else.
 * @throws Error of any kind when the entry cannot be read.
 */
export function isEntryOf(
  { canonicalizedBody }: Pick<TransparencyLogEntry, 'canonicalizedBody'>,
  { certificate, key }: LoggedSigner,
): boolean {
  const logged = loggedSigner(asObject(asObject(JSON.parse(canonicalizedBody.toString()))?.spec));
  if (logged instanceof X509Certificate) {
    return certificate === undefined ? logged.publicKey.equals(key) : logged.raw.equals(certificate);
  }
  return certificate === undefined && (logged?.equals(key) ?? false);
}

type Spec = Readonly<Record<string, unknown>> | undefined;

/** The certificate or key in the entries of Rekor 1 (hashedrekord and dsse 0.0.1, intoto 0.0.2) and Rekor 2 (hashedrekord and dsse 0.0.2). */
function loggedSigner(spec: Spec): X509Certificate | KeyObject | undefined {
  const second = asObject(spec?.hashedRekordV002) ?? asObject(spec?.dsseV002);
  if (second !== undefined) {
    const signature = asObject(second.signature) ?? asObject(onlyOne(second.signatures));
    return fromSecond(asObject(signature?.verifier));
  }
  const envelope = asObject(asObject(spec?.content)?.envelope);
  const signature = asObject(onlyOne(spec?.signatures)) ?? asObject(onlyOne(envelope?.signatures));
  const pem =
    asString(asObject(asObject(spec?.signature)?.publicKey)?.content) ??
    asString(signature?.verifier) ??
    asString(signature?.publicKey);
  return pem === undefined ? undefined : fromPem(Buffer.from(pem, 'base64').toString());
}

function fromSecond(verifier: Spec): X509Certificate | KeyObject | undefined {
  const certificate = asString(asObject(verifier?.x509Certificate)?.rawBytes);
  if (certificate !== undefined) return new X509Certificate(Buffer.from(certificate, 'base64'));
  const key = asString(asObject(verifier?.publicKey)?.rawBytes);
  if (key === undefined) return undefined;
  return createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
}

function fromPem(pem: string): X509Certificate | KeyObject {
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem) : createPublicKey(pem);
}

function onlyOne(value: unknown): unknown {
  const values = asArray(value);
  return values.length === 1 ? values[0] : undefined;
}
