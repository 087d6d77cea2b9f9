import { X509Certificate } from 'node:crypto';
import { asNumber, asObject, asString } from '@harbor-pilot/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { certificateAnnotation, logEntryAnnotation, timestampAnnotation } from '../classic-annotations.ts';
import type { SignedMaterial } from './signed-material.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * What speaks for a classic signature: the annotations of its layer.
 * The chain among them is not looked at: authorities come from the trust root alone.
 * @throws Error of any kind when one of them cannot be read.
 */
export function spokenForByAnnotations(
  annotations: Annotations,
): Pick<SignedMaterial, 'certificate' | 'tlogEntries' | 'timestamps'> {
  const certificate = annotations[certificateAnnotation];
  return {
    ...(certificate === undefined ? {} : { certificate: new X509Certificate(certificate).raw }),
    tlogEntries: logEntries(annotations[logEntryAnnotation]),
    timestamps: timestamps(annotations[timestampAnnotation]),
  };
}

function logEntries(json: string | undefined): readonly TransparencyLogEntry[] {
  if (json === undefined || json === '') return [];
  const document = asObject(JSON.parse(json));
  const promise = asString(document?.SignedEntryTimestamp);
  const entry = asObject(document?.Payload);
  const [body, logId] = [asString(entry?.body), asString(entry?.logID)];
  const [integratedTime, logIndex] = [asNumber(entry?.integratedTime), asNumber(entry?.logIndex)];
  if (promise === undefined || body === undefined || logId === undefined) throw new Error('its log entry is cut off');
  const canonicalizedBody = Buffer.from(body, 'base64');
  const kind = asObject(JSON.parse(canonicalizedBody.toString()));
  return [
    {
      logIndex: String(logIndex ?? ''),
      logId: { keyId: Buffer.from(logId, 'hex') },
      kindVersion: { kind: asString(kind?.kind) ?? '', version: asString(kind?.apiVersion) ?? '' },
      integratedTime: String(integratedTime ?? 0),
      inclusionPromise: { signedEntryTimestamp: Buffer.from(promise, 'base64') },
      inclusionProof: undefined,
      canonicalizedBody,
    },
  ];
}

function timestamps(json: string | undefined): readonly Buffer[] {
  if (json === undefined || json === '') return [];
  const timestamp = asString(asObject(JSON.parse(json))?.SignedRFC3161Timestamp);
  if (timestamp === undefined) throw new Error('its timestamp is cut off');
  return [Buffer.from(timestamp, 'base64')];
}
