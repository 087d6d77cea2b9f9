import {
  createHmac,
  createPrivateKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import { type BaseBlock, BmpString, Integer, Null, Set as SetBlock } from 'asn1js';
import {
  formatDer,
  identifier,
  identifierOf,
  membersOf,
  numberOf,
  octets,
  octetsOf,
  parseDer,
  sequence,
  tagged,
} from './der.ts';
import { decryptWithPassword, iterationsOf } from './pkcs12-decrypt.ts';
import { derivePkcs12Key, purposes } from './pkcs12-key.ts';

// Object identifiers of RFC 7292 and RFC 2985; the last two are what Java knows a trusted certificate by.
const ids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  anyExtendedKeyUsage: '2.5.29.37.0',
};

const hashes: Readonly<Record<string, { readonly name: string; readonly sizeBytes: number }>> = {
  '1.3.14.3.2.26': { name: 'sha1', sizeBytes: 20 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', sizeBytes: 32 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', sizeBytes: 48 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', sizeBytes: 64 },
};
const sha256Id = '2.16.840.1.101.3.4.2.1';
const iterations = 10_000;

/** A key with its certificate and those of its authorities. */
export interface Pkcs12Identity {
  /** That of the key first. */
  readonly certificates: readonly X509Certificate[];
  readonly key: KeyObject;
  /** What programs show for it. */
  readonly name: string;
}

/**
 * Writes a key and its certificates as PKCS#12 (RFC 7292). The key is encrypted with AES-256 (PBES2), all of it is protected by
 * HMAC-SHA-256; the certificates, which are public, are not encrypted.
 * @throws PilotError INPUT_INVALID when the password is one that Java does not take.
 */
export function writePkcs12({ certificates, key, name }: Pkcs12Identity, password: string): Buffer {
  const keyId = attribute(ids.localKeyId, octets(Buffer.from([1])));
  const friendlyName = attribute(ids.friendlyName, new BmpString({ value: name }));
  const shrouded = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password });
  const keyBag = bag(ids.shroudedKeyBag, parseDer(shrouded), [friendlyName, keyId]);
  const certificateBags = certificates.map((certificate, index) =>
    certificateBag(certificate, index === 0 ? [friendlyName, keyId] : []),
  );
  return protect([certificateBags, [keyBag]], password);
}

/**
 * Writes certificates of authorities as a trust store of Java (8u301 and newer): PKCS#12 without a key.
 * @throws PilotError INPUT_INVALID when the password is one that Java does not take.
 */
export function writeTrustStore(certificates: readonly X509Certificate[], name: string, password: string): Buffer {
  const trusted = attribute(ids.trustedKeyUsage, identifier(ids.anyExtendedKeyUsage));
  const bags = certificates.map((certificate, index) => {
    const alias = new BmpString({ value: index === 0 ? name : `${name}-${index + 1}` });
    return certificateBag(certificate, [attribute(ids.friendlyName, alias), trusted]);
  });
  return protect([bags], password);
}

function protect(safes: readonly (readonly BaseBlock[])[], password: string): Buffer {
  if (!/^[\x20-\x7e]{6,}$/.test(password)) {
    throw new PilotError(
      'INPUT_INVALID',
      'the password of PKCS#12 files is shorter than 6 characters, or not all ASCII',
      {
        hint: 'Java and keytool take no others.',
      },
    );
  }
  const content = formatDer(sequence(...safes.map((bags) => dataOf(formatDer(sequence(...bags))))));
  const salt = randomBytes(16);
  const key = derivePkcs12Key(password, { hash: 'sha256', salt, iterations, purpose: purposes.mac, sizeBytes: 32 });
  const mac = createHmac('sha256', key).update(content).digest();
  const digestInfo = sequence(sequence(identifier(sha256Id), new Null()), octets(mac));
  return formatDer(
    sequence(
      new Integer({ value: 3 }),
      dataOf(content),
      sequence(digestInfo, octets(salt), new Integer({ value: iterations })),
    ),
  );
}

function dataOf(bytes: Buffer): BaseBlock {
  return sequence(identifier(ids.data), tagged(octets(bytes)));
}

function certificateBag(certificate: X509Certificate, attributes: readonly BaseBlock[]): BaseBlock {
  const content = sequence(identifier(ids.x509Certificate), tagged(octets(certificate.raw)));
  return bag(ids.certificateBag, content, attributes);
}

function bag(id: string, content: BaseBlock, attributes: readonly BaseBlock[]): BaseBlock {
  const set = attributes.length === 0 ? [] : [new SetBlock({ value: [...attributes] })];
  return sequence(identifier(id), tagged(content), ...set);
}

function attribute(id: string, value: BaseBlock): BaseBlock {
  return sequence(identifier(id), new SetBlock({ value: [value] }));
}

/** Whether bytes look like PKCS#12: a sequence that begins with the number 3 and data. */
export function isPkcs12(bytes: Uint8Array): boolean {
  try {
    const [version, content] = membersOf(parseDer(bytes));
    return numberOf(version) === 3 && identifierOf(membersOf(content)[0]).startsWith('1.2.840.113549.1.7.');
  } catch {
    return false;
  }
}

/**
 * The certificates in a PKCS#12 file; its keys are left alone. Throws an Error when the password is wrong, or the file is
 * damaged or encrypted in a way that is not known here.
 * @param password empty when the file has none.
 */
export function readPkcs12(bytes: Uint8Array, password: string): readonly X509Certificate[] {
  return bagsOf(bytes, password).flatMap(certificatesOf);
}

/**
 * The key in a PKCS#12 file with its certificate, and after it the others that are there. Throws an Error as {@link readPkcs12}
 * does, and when there is no key, or none of the certificates is that of the key.
 * @param password empty when the file has none.
 */
export function readPkcs12Identity(bytes: Uint8Array, password: string): Omit<Pkcs12Identity, 'name'> {
  const bags = bagsOf(bytes, password);
  const [key] = bags.flatMap((safeBag) => keysOf(safeBag, password));
  if (key === undefined) throw new Error('there is no key in it');
  const certificates = bags.flatMap(certificatesOf);
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined) throw new Error('the certificate of its key is not in it');
  return { key, certificates: [own, ...certificates.filter((certificate) => certificate !== own)] };
}

function bagsOf(bytes: Uint8Array, password: string): readonly BaseBlock[] {
  const [, content, mac] = membersOf(parseDer(bytes));
  const safes = octetsOf(membersOf(membersOf(content)[1])[0]);
  if (mac !== undefined && !isMacRight(mac, safes, password))
    throw new Error('the password is wrong, or it is damaged');
  return membersOf(parseDer(safes)).flatMap((safe) => membersOf(parseDer(openSafe(safe, password))));
}

function isMacRight(mac: BaseBlock, content: Buffer, password: string): boolean {
  const [digestInfo, salt, rounds] = membersOf(mac);
  const [algorithm, expected] = membersOf(digestInfo);
  const hash = hashes[identifierOf(membersOf(algorithm)[0])];
  if (hash === undefined) throw new Error('its checksum is of a kind not known here');
  const key = derivePkcs12Key(password, {
    hash: hash.name,
    salt: octetsOf(salt),
    iterations: rounds === undefined ? 1 : iterationsOf(rounds),
    purpose: purposes.mac,
    sizeBytes: hash.sizeBytes,
  });
  const actual = createHmac(hash.name, key).update(content).digest();
  const wanted = octetsOf(expected);
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}

function openSafe(safe: BaseBlock, password: string): Buffer {
  const [id, content] = membersOf(safe);
  const inner = membersOf(content)[0];
  if (identifierOf(id) === ids.data) return octetsOf(inner);
  if (identifierOf(id) !== ids.encryptedData) throw new Error('it is encrypted for a key, not with a password');
  const [, algorithm, encrypted] = membersOf(membersOf(inner)[1]);
  return decryptWithPassword(algorithm, octetsOf(encrypted), password);
}

function certificatesOf(safeBag: BaseBlock): X509Certificate[] {
  const [id, content] = membersOf(safeBag);
  if (identifierOf(id) !== ids.certificateBag) return [];
  const [type, value] = membersOf(membersOf(content)[0]);
  return identifierOf(type) === ids.x509Certificate ? [new X509Certificate(octetsOf(membersOf(value)[0]))] : [];
}

function keysOf(safeBag: BaseBlock, password: string): KeyObject[] {
  const [id, content] = membersOf(safeBag);
  const value = membersOf(content)[0];
  if (value === undefined) return [];
  const read = (key: Buffer): KeyObject[] => [createPrivateKey({ key, format: 'der', type: 'pkcs8' })];
  if (identifierOf(id) === ids.keyBag) return read(formatDer(value));
  if (identifierOf(id) !== ids.shroudedKeyBag) return [];
  const [algorithm, encrypted] = membersOf(value);
  return read(decryptWithPassword(algorithm, octetsOf(encrypted), password));
}
