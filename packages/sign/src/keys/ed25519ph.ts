import { createHash, type KeyObject } from 'node:crypto';
import { times } from './times.ts';

// node:crypto knows Ed25519, but not the variant that signs a hash, with which cosign 3 signs. This is RFC 8032, 5.1.7, for
// signatures that are verified only: all numbers are public, so it does not matter how long anything takes.

/** The field, the order of the base point (RFC 8032, 5.1), and d of the curve -x² + y² = 1 + dx²y². */
const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** A point (x/z, y/z) with t = xy/z: RFC 8032, 5.1.4. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const base: Point = {
  x: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  y: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
  z: 1n,
  t: 46827403850823179245072216630277197565144205554125654976674165829533817101731n,
};
const neutral: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
/** `dom2(1, "")`: a hash was signed, without a context. */
const prefix = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Buffer.from([1, 0])]);

/** Whether a signature is of an Ed25519 key over the SHA-512 hash of bytes (Ed25519ph without a context). */
export function isHashSignedBy(publicKey: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const encodedKey = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const key = decode(encodedKey);
  const s = numberOf(signature.subarray(32));
  if (key === undefined || signature.length !== 64 || s >= order) return false;
  const r = signature.subarray(0, 32);
  const hash = createHash('sha512').update(bytes).digest();
  const k = numberOf(createHash('sha512').update(prefix).update(r).update(encodedKey).update(hash).digest()) % order;
  const minusKey = { ...key, x: p - key.x, t: p - key.t };
  return encode(add(times(s, base, neutral, add), times(k, minusKey, neutral, add))).equals(r);
}

/** Holds for any two points. */
function add(one: Point, other: Point): Point {
  const a = modulo((one.y - one.x) * (other.y - other.x));
  const b = modulo((one.y + one.x) * (other.y + other.x));
  const c = modulo(2n * d * one.t * other.t);
  const e = modulo(2n * one.z * other.z);
  const [f, g, h, i] = [b - a, e - c, e + c, b + a];
  return { x: modulo(f * g), y: modulo(h * i), z: modulo(g * h), t: modulo(f * i) };
}

/** 32 bytes, the last bit of x in the highest one: RFC 8032, 5.1.2. */
function encode({ x, y, z }: Point): Buffer {
  const inverted = inverse(z);
  const number = modulo(y * inverted) | ((modulo(x * inverted) & 1n) << 255n);
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
}

/** RFC 8032, 5.1.3; undefined for bytes that are no point. */
function decode(bytes: Buffer): Point | undefined {
  const number = numberOf(bytes);
  const [sign, y] = [number >> 255n, number & (2n ** 255n - 1n)];
  const squared = modulo((y * y - 1n) * inverse(d * y * y + 1n));
  // A square root where p is 5 modulo 8; the second factor is the square root of -1.
  const candidate = power(squared, (p + 3n) / 8n);
  const roots = [candidate, modulo(candidate * power(2n, (p - 1n) / 4n))];
  const root = roots.find((one) => modulo(one * one) === squared);
  if (bytes.length !== 32 || y >= p || root === undefined || (root === 0n && sign === 1n)) return undefined;
  const x = (root & 1n) === sign ? root : p - root;
  return { x, y, z: 1n, t: modulo(x * y) };
}

/** Bytes with the lowest first. */
function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
}

function inverse(value: bigint): bigint {
  return power(modulo(value), p - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function modulo(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}
