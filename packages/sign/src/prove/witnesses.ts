import { RFC3161Timestamp } from '@sigstore/core';
import type { Proof, Refusal, Waiver } from '../trusted-signers.ts';
import type { Hearing, Witnesses } from './hearing.ts';
import { assertConsistent, isEntryOf } from './log-entry.ts';
import { refutation } from './refutation.ts';

/** Clocks of logs and authorities may be ahead of ours by so much. */
const clockSkewMilliseconds = 5 * 60 * 1000;
/** With all its certificates one has less than 10 kB. */
const timestampLimitBytes = 64 * 1024;

/**
 * Verifies what authorities, logs and timestamps say of a signature, as far as it is demanded.
 * @throws Error of any kind when something of it cannot be read.
 */
export function hearWitnesses(hearing: Hearing): Omit<Proof, 'signer'> | Refusal {
  const { demands } = hearing;
  const witnesses = witnessesOf(hearing);
  const refusal = lackOf(hearing, witnesses) ?? refutation(hearing, witnesses) ?? strangeEntry(hearing, witnesses);
  if (refusal !== undefined) return refusal;
  const isTimed = witnesses.times.length > 0;
  const verifiedWith: readonly Waiver[] = [
    ...(demands.isLogNeeded ? (['transparency-log'] as const) : []),
    ...(isTimed ? (['timestamp'] as const) : []),
    ...(demands.isSctNeeded ? (['certificate-transparency'] as const) : []),
  ];
  return {
    verifiedWith,
    // A log may have told the time although that of an authority was waived.
    waived: demands.waived.filter((waiver) => !verifiedWith.includes(waiver)),
    ...(isTimed ? { signedAt: new Date(Math.min(...witnesses.times)).toISOString() } : {}),
  };
}

/** Those that the trust root names. Others, which a signer may have asked besides, prove nothing and are left out, as cosign does. */
function witnessesOf({ material, demands, root }: Hearing): Witnesses {
  const { tlogs, timestampAuthorities } = root.material;
  const tlogEntries = (demands.isLogNeeded ? material.tlogEntries : []).filter(({ logId }) =>
    tlogs.some(({ logID }) => logID.equals(logId.keyId)),
  );
  for (const entry of tlogEntries) assertConsistent(entry);
  // Rekor 2 tells no time, and without a promise nobody signed it.
  const timed = tlogEntries.filter(
    ({ integratedTime, inclusionPromise }) => Number(integratedTime) > 0 && inclusionPromise !== undefined,
  );
  const responses = (demands.areTimestampsRead ? material.timestamps : [])
    .map(parseTimestamp)
    .filter(({ signerSerialNumber, signerIssuer }) =>
      timestampAuthorities.some(
        ({ certChain: [leaf] }) => leaf?.serialNumber.equals(signerSerialNumber) && leaf.issuer.equals(signerIssuer),
      ),
    );
  return {
    tlogEntries,
    timestamps: [
      ...timed.map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...responses.map((timestamp) => ({ $case: 'timestamp-authority' as const, timestamp })),
    ],
    times: [
      ...timed.map(({ integratedTime }) => Number(integratedTime) * 1000),
      ...responses.map(({ signingTime }) => signingTime.getTime()),
    ],
  };
}

function parseTimestamp(der: Buffer): RFC3161Timestamp {
  // The library tries to read each of its texts as something structured, which takes long when there are a million.
  if (der.length > timestampLimitBytes) throw new Error('its timestamp is too large');
  return RFC3161Timestamp.parse(Buffer.from(der));
}

/** What is demanded and not there. */
function lackOf({ certificate, demands, root, now }: Hearing, { tlogEntries, times }: Witnesses): Refusal | undefined {
  if (demands.isLogNeeded && tlogEntries.length === 0) {
    return { failure: 'no transparency log', reason: `it has no entry of a log of ${root.origin}` };
  }
  if (demands.isTimeNeeded && times.length === 0) {
    return { failure: 'no timestamp', reason: `nobody of ${root.origin} says when it was signed` };
  }
  if (demands.isSctNeeded && certificate?.hasSct !== true) {
    return {
      failure: 'no certificate transparency',
      reason: `its certificate has no proof of a certificate log, and ${root.origin} has such logs`,
    };
  }
  const latest = Math.max(0, ...times);
  if (latest <= now.getTime() + clockSkewMilliseconds) return undefined;
  const reason = `it claims to have been signed at ${new Date(latest).toISOString()}, which is yet to come`;
  return { failure: 'no timestamp', reason };
}

/** An entry that is well, but of somebody else, or of a log whose key was not valid then, which the library does not ask. */
function strangeEntry({ certificate, key, root }: Hearing, { tlogEntries, times }: Witnesses): Refusal | undefined {
  for (const entry of tlogEntries) {
    if (!isEntryOf(entry, certificate === undefined ? { key } : { key, certificate: certificate.der })) {
      return { failure: 'no transparency log', reason: 'its log entry is of another signer' };
    }
    const isOfItsTime = root.material.tlogs.some(
      ({ logID, validFor: { start, end } }) =>
        logID.equals(entry.logId.keyId) && times.every((time) => +start <= time && time <= +end),
    );
    if (!isOfItsTime) {
      return { failure: 'expired trust root', reason: `${root.origin} had no key of its log when it was signed` };
    }
  }
  return undefined;
}
