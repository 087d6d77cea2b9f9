import type { KeyObject } from 'node:crypto';

const curveNames: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** Algorithm and size of a public or private key: `ECDSA P-256`, `RSA 2048`. */
export function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'ec') {
    const curve = asymmetricKeyDetails?.namedCurve ?? '';
    return `ECDSA ${curveNames[curve] ?? curve}`;
  }
  const size = asymmetricKeyDetails?.modulusLength;
  const name = asymmetricKeyType?.toUpperCase() ?? 'unknown';
  return size === undefined ? name : `${name} ${size}`;
}
