/** A signature of ECDSA as some services give it, r and s one after the other (IEEE P1363), in DER: `SEQUENCE { INTEGER r, INTEGER s }`. */
export function ecdsaSignatureInDer(signature: Uint8Array): Buffer {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map((number) =>
    tagged(0x02, unsigned(number)),
  );
  return tagged(0x30, Buffer.concat(integers));
}

/** Without leading zeros, and with one where it would be negative without. */
function unsigned(number: Uint8Array): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  const bytes = Buffer.from(number.subarray(first === -1 ? number.length : first));
  return (bytes[0] ?? 0x80) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
}

/** A signature over P-521 is longer than what one byte tells, 127. */
function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
