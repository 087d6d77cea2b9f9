import type { KeyObject } from 'node:crypto';
import { times } from '../keys/times.ts';

// node:crypto verifies ECDSA only of bytes that it hashes itself. Where only their digest is known the equation of FIPS
// 186-5, 6.4.2 is calculated here. All numbers are public, so it does not matter how long that takes.

/** P-256 (SP 800-186, 3.2.1.3): y² = x³ - 3x + b over the integers modulo p, with the generator g of order n. */
const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const g: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** A point of the curve; undefined stands for the one at infinity. */
type Point = { readonly x: bigint; readonly y: bigint } | undefined;

/** Whether a signature in DER is of an ECDSA P-256 key over a SHA-256 digest; other keys need the bytes, and sign nothing here. */
export function isDigestSignedBy(publicKey: KeyObject, sha256: Uint8Array, signature: Uint8Array): boolean {
  const isP256 = publicKey.asymmetricKeyType === 'ec' && publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  const numbers = parseSignature(Buffer.from(signature));
  if (!isP256 || numbers === undefined || sha256.length !== 32) return false;
  const [r, s] = numbers;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = { x: numberOf(Buffer.from(x, 'base64url')), y: numberOf(Buffer.from(y, 'base64url')) };
  const w = inverse(s, n);
  const sum = add(times((numberOf(sha256) * w) % n, g, undefined, add), times((r * w) % n, key, undefined, add));
  return sum !== undefined && sum.x % n === r;
}

/** The two numbers of `SEQUENCE { INTEGER r, INTEGER s }` in DER, and nothing behind them. */
function parseSignature(der: Buffer): readonly [bigint, bigint] | undefined {
  if (der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const split = 4 + (der[3] ?? 0);
  const parts = [der.subarray(2, split), der.subarray(split)];
  const [r, s] = parts.map((part) => {
    const isInteger = part[0] === 0x02 && part[1] === part.length - 2 && part.length > 2;
    return isInteger && (part[2] ?? 0) < 0x80 ? numberOf(part.subarray(2)) : undefined;
  });
  return r === undefined || s === undefined ? undefined : [r, s];
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
}

function add(a: Point, b: Point): Point {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.x === b.x && (a.y + b.y) % p === 0n) return undefined;
  const slope = a.x === b.x ? (3n * a.x * a.x - 3n) * inverse(2n * a.y, p) : (b.y - a.y) * inverse(b.x - a.x, p);
  const x = modulo(slope * slope - a.x - b.x, p);
  return { x, y: modulo(slope * (a.x - x) - a.y, p) };
}

/** The extended Euclidean algorithm; the modulus is a prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulo(value, modulus), modulus];
  let [u, v] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b % a, a];
    [u, v] = [v - quotient * u, u];
  }
  return modulo(u, modulus);
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
