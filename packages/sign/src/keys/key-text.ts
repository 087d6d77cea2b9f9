import type { KeyObject } from 'node:crypto';
import { describeKey, PilotError } from '@harbor-pilot/core';
import { usualKeys } from './algorithm.ts';

/** What a key is for. */
export type KeyRole = 'signing' | 'verification';

/** The first PEM block of a text that may hold a key of the role. */
export interface KeyBlock {
  /** `PRIVATE KEY` of `-----BEGIN PRIVATE KEY-----`. */
  readonly label: string;
  /** From the first dash to the last one. */
  readonly pem: string;
  readonly der: Buffer;
  /** Whether it begins with headers, as old files of OpenSSL do that are encrypted. */
  readonly hasHeaders: boolean;
}

/** An RSA key of 4096 bits, encrypted as cosign does, has 4.5 kB. */
const limitCharacters = 64 * 1024;

const labels: Readonly<Record<KeyRole, readonly string[]>> = {
  signing: [
    'ENCRYPTED SIGSTORE PRIVATE KEY',
    'ENCRYPTED COSIGN PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PRIVATE KEY',
    'EC PRIVATE KEY',
    'RSA PRIVATE KEY',
  ],
  verification: ['PUBLIC KEY', 'RSA PUBLIC KEY'],
};

const expected: Readonly<Record<KeyRole, string>> = {
  signing: 'Give the content of cosign.key, or a private key in PEM.',
  verification: 'Give the content of cosign.pub: a PEM block "PUBLIC KEY".',
};

const made = '"harbor-pilot keys generate" makes one.';

/** What else people give, the more telling first. */
const strangers: readonly { readonly words: RegExp; readonly what: string; readonly hint: string }[] = [
  {
    words: /-----BEGIN PGP /,
    what: 'a key of PGP, with which cosign does not sign',
    hint: made,
  },
  {
    words: /-----BEGIN OPENSSH PRIVATE KEY-----|^(?:ssh-|ecdsa-sha2-)|---- BEGIN SSH2 |^PuTTY-User-Key-File/m,
    what: 'a key of SSH, whose form cosign does not read',
    hint: made,
  },
  {
    words: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/,
    what: 'a certificate',
    hint: 'Its public key is what "openssl x509 -pubkey -noout -in FILE" prints.',
  },
  {
    words: /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/,
    what: 'a request for a certificate',
    hint: 'The key that belongs to it is in another file.',
  },
  {
    words: /-----BEGIN DSA PRIVATE KEY-----/,
    what: 'a DSA key, with which cosign does not sign',
    hint: made,
  },
  {
    words: /^\s*LS0tLS1CRUdJTi/,
    what: 'encoded in base64 once more',
    hint: 'Decode it first: base64 -d.',
  },
  {
    words: /^\s*\{/,
    what: 'JSON',
    hint: 'A key in JSON (JWK) must be turned into PEM first.',
  },
  {
    words: /-\0-\0-|\0-\0-/,
    what: 'written in UTF-16, as ">" of PowerShell does',
    hint: 'Write it again in UTF-8 or ASCII: Get-Content FILE | Set-Content -Encoding ascii FILE.pem.',
  },
  {
    words: /[\0\uFFFD]/,
    what: 'in a binary form',
    hint: 'Turn it into PEM: openssl pkey -inform DER -in FILE -out FILE.pem (add -pubin for a public key).',
  },
];

/**
 * Finds the key in a text, which is never quoted.
 * @throws PilotError KEY_INVALID that says what the text is instead.
 */
export function findKeyBlock(text: string, role: KeyRole): KeyBlock {
  if (text.trim() === '') throw invalid(role, 'is empty', expected[role]);
  if (text.length > limitCharacters) {
    throw invalid(role, `is longer than ${limitCharacters} characters, which no key is`, expected[role]);
  }
  const begin = beginOf(text, labels[role]);
  if (begin === undefined) throw stranger(text, role);
  const { label, at, bodyAt } = begin;
  const footer = `-----END ${label}-----`;
  const endsAt = text.indexOf(footer, bodyAt);
  if (endsAt === -1) throw damaged(role, 'its last line is missing');
  const pem = text.slice(at, endsAt + footer.length);
  const body = text.slice(bodyAt, endsAt);
  const hasHeaders = body.includes(':');
  if (!hasHeaders && !/^[A-Za-z0-9+/=\s]+$/.test(body)) {
    throw damaged(role, 'characters are in it that are none of base64, perhaps "\\n" in place of line breaks');
  }
  const der = Buffer.from(body, 'base64');
  if (!hasHeaders && !isCosignLabel(label) && !isWhole(der)) throw damaged(role, 'it is cut off');
  return { label, pem, der, hasHeaders };
}

/** Whether a PEM block is a private key as cosign encrypts it, under the header of today or the older one. */
export function isCosignLabel(label: string): boolean {
  return /^ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY$/.test(label);
}

/** The error for a key that is of a usual form, but not intact. */
export function damaged(role: KeyRole, why: string, cause?: unknown): PilotError {
  return invalid(
    role,
    `is damaged: ${why}`,
    'Give all of the file, with its line breaks and its first and last line.',
    cause,
  );
}

/** The error for a key of a kind that is not signed with. */
export function unusualKey(role: KeyRole, key: KeyObject): PilotError {
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 65_537n;
  const suffix = exponent === 65_537n ? '' : ` with the exponent ${exponent}`;
  return invalid(role, `is of the kind ${describeKey(key)}${suffix}, with which cosign does not sign`, usualKeys);
}

/** The error for a password that does not open a key, or that is missing. */
export function wrongPassword(password: string, cause?: unknown): PilotError {
  const message = password === '' ? 'the signing key needs a password' : 'the password does not open the signing key';
  return new PilotError('KEY_INVALID', message, {
    cause,
    hint: 'Give the password that was chosen when the key pair was made, as the input key-password: in the variable HARBOR_PILOT_KEY_PASSWORD or COSIGN_PASSWORD.',
  });
}

function invalid(role: KeyRole, what: string, hint: string, cause?: unknown): PilotError {
  return new PilotError('KEY_INVALID', `the ${role} key ${what}`, { hint, cause });
}

function beginOf(text: string, labels: readonly string[]) {
  for (const { 0: header, 1: label = '', index } of text.matchAll(/-----BEGIN ([A-Z ]+)-----/g)) {
    if (labels.includes(label)) return { label, at: index, bodyAt: index + header.length };
  }
  return undefined;
}

function stranger(text: string, role: KeyRole): PilotError {
  const other = role === 'signing' ? 'verification' : 'signing';
  if (beginOf(text, labels[other]) !== undefined) {
    return role === 'signing'
      ? invalid(role, 'is a public key', 'Give the content of cosign.key: this is the key to verify with.')
      : invalid(role, 'is a private key', `${expected[role]} Keep the private key to the signing step.`);
  }
  const found = strangers.find(({ words }) => words.test(text));
  if (found !== undefined) return invalid(role, `is ${found.what}`, `${expected[role]} ${found.hint}`);
  return invalid(role, 'is no key in PEM', expected[role]);
}

/** Whether bytes are one value of ASN.1 as long as it says itself. */
function isWhole(der: Buffer): boolean {
  const short = der[1] ?? 0;
  const lengthBytes = short < 0x80 ? 0 : short - 0x80;
  if (der[0] !== 0x30 || lengthBytes > 4 || der.length < 2 + lengthBytes) return false;
  const length = lengthBytes === 0 ? short : der.readUIntBE(2, lengthBytes);
  return der.length === 2 + lengthBytes + length;
}
