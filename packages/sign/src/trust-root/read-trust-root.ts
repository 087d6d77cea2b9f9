import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { TrustMaterial } from '@sigstore/verify';
import { KnownCertificate } from '../known-certificate.ts';

type Fields = Readonly<Record<string, unknown>>;
type LogAuthority = TrustMaterial['tlogs'][number];
type CertificateAuthority = TrustMaterial['certificateAuthorities'][number];
type Validity = LogAuthority['validFor'];

/** protobuf-specs 0.5, TrustedRoot: versions 0.1 and 0.2 differ in what clients do not need. */
const mediaTypes = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/;
const parts: ReadonlySet<string> = new Set([
  'mediaType',
  'certificateAuthorities',
  'timestampAuthorities',
  'tlogs',
  'ctlogs',
]);
const partLimit = 100;
const chainLimit = 10;
const endOfTime = new Date(8.64e15);

/**
 * Reads the document of a `trusted_root.json`, in either spelling of protobuf's JSON (`certChain` or `cert_chain`).
 * @throws Error with what is wrong, and where.
 */
export function readTrustRoot(document: unknown): TrustMaterial {
  const fields = fieldsOf(document, 'it');
  const mediaType = asString(field(fields, 'mediaType')) ?? '';
  if (!mediaTypes.test(mediaType)) throw new Error(`its mediaType is "${mediaType}", not that of a trusted root`);
  // What is left out would not be required any more.
  const unknown = Object.keys(fields).find((name) => !parts.has(camelCase(name)));
  if (unknown !== undefined) throw new Error(`it has a part "${unknown}", which is not known`);
  const material = {
    certificateAuthorities: partsOf(fields, 'certificateAuthorities', authorityOf),
    timestampAuthorities: partsOf(fields, 'timestampAuthorities', authorityOf),
    tlogs: partsOf(fields, 'tlogs', logOf),
    ctlogs: partsOf(fields, 'ctlogs', logOf),
    publicKey: () => {
      throw new Error('a trust root has no keys of signers');
    },
  };
  const { certificateAuthorities, timestampAuthorities, tlogs } = material;
  if (certificateAuthorities.length + timestampAuthorities.length + tlogs.length === 0) {
    throw new Error('it names no authority and no log');
  }
  return material;
}

function partsOf<Part>(fields: Fields, name: string, read: (part: Fields, where: string) => Part): Part[] {
  const value = field(fields, name) ?? [];
  if (!Array.isArray(value)) throw new Error(`${name} is no list`);
  if (value.length > partLimit) throw new Error(`${name} has more than ${partLimit} elements`);
  return value.map((part, index) => read(fieldsOf(part, `${name}[${index}]`), `${name}[${index}]`));
}

function logOf(log: Fields, where: string): LogAuthority {
  const publicKey = fieldsOf(field(log, 'publicKey'), `${where}.publicKey`);
  const der = bytesOf(field(publicKey, 'rawBytes'), `${where}.publicKey.rawBytes`);
  const validFor = validityOf(field(publicKey, 'validFor'), `${where}.publicKey.validFor`);
  // A key that always counted would vouch for whatever an old one that leaked has signed.
  if (validFor.start.getTime() === 0) throw new Error(`${where}.publicKey.validFor has no start`);
  const logId = asObject(field(log, 'checkpointKeyId')) ?? asObject(field(log, 'logId'));
  return {
    baseURL: asString(field(log, 'baseUrl')) ?? '',
    logID:
      logId === undefined
        ? createHash('sha256').update(der).digest()
        : bytesOf(field(logId, 'keyId'), `${where}.logId.keyId`),
    publicKey: keyOf(der, `${where}.publicKey.rawBytes`),
    validFor,
  };
}

function authorityOf(authority: Fields, where: string): CertificateAuthority {
  const chain = asArray(field(asObject(field(authority, 'certChain')) ?? {}, 'certificates'));
  if (chain.length === 0) throw new Error(`${where}.certChain has no certificate`);
  if (chain.length > chainLimit) throw new Error(`${where}.certChain has more than ${chainLimit} certificates`);
  const certChain = chain.map((value, index) => {
    const at = `${where}.certChain.certificates[${index}].rawBytes`;
    return certificateOf(bytesOf(field(asObject(value) ?? {}, 'rawBytes'), at), at);
  });
  return { certChain, validFor: validityOf(field(authority, 'validFor'), `${where}.validFor`) };
}

function validityOf(value: unknown, where: string): Validity {
  const period = fieldsOf(value ?? {}, where);
  const start = timeOf(field(period, 'start'), `${where}.start`) ?? new Date(0);
  const end = timeOf(field(period, 'end'), `${where}.end`) ?? endOfTime;
  if (start > end) throw new Error(`${where} ends before it starts`);
  return { start, end };
}

function timeOf(value: unknown, where: string): Date | undefined {
  if (value === undefined || value === null) return undefined;
  const text = asString(value) ?? '';
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new Error(`${where} is no time`);
}

function certificateOf(der: Buffer, where: string): KnownCertificate {
  try {
    const certificate = new KnownCertificate(der);
    createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' });
    return certificate;
  } catch (cause) {
    throw new Error(`${where} is no certificate`, { cause });
  }
}

/** Keys of RSA may stand there in the older form of PKCS#1. */
function keyOf(der: Buffer, where: string): KeyObject {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: der, format: 'der', type });
    } catch {}
  }
  throw new Error(`${where} is no public key`);
}

function bytesOf(value: unknown, where: string): Buffer {
  const text = asString(value) ?? '';
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) throw new Error(`${where} is no base64`);
  return Buffer.from(text, 'base64');
}

function fieldsOf(value: unknown, where: string): Fields {
  const fields = asObject(value);
  if (fields === undefined) throw new Error(`${where} is no object`);
  return fields;
}

/** A field by its name in protobuf's JSON, or by the one in the definition, which readers take as well. */
function field(fields: Fields, name: string): unknown {
  return fields[name] ?? fields[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
