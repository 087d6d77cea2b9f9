/** An element of DER (ITU-T X.690): a tag of one byte, a length, the content. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag and length, too. */
  readonly whole: Buffer;
}

/** OID 1.3.6.1.4.1.11129.2.4.3, with which an extension begins that keeps a precertificate from being used (RFC 6962 §3.1). */
const poison = Buffer.from('060a2b06010401d679020403', 'hex');
const extensionsTag = 0xa3;

/** The part of a precertificate that its issuer signs, without the poison: as it stands in the certificate to be. */
export function withoutPoison(precertificate: Buffer): Buffer {
  const signed = readAll(readFirst(precertificate).content)[0];
  if (signed === undefined) throw new Error('this is no certificate');
  const parts = readAll(signed.content).map((part) => {
    if (part.tag !== extensionsTag) return part.whole;
    const list = readFirst(part.content);
    const kept = readAll(list.content).filter(({ content }) => !content.subarray(0, poison.length).equals(poison));
    return format(part.tag, format(list.tag, ...kept.map(({ whole }) => whole)));
  });
  return format(signed.tag, ...parts);
}

function readAll(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const element = readFirst(rest);
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

function readFirst(bytes: Buffer): Element {
  const [tag = 0, first = 0] = bytes;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const begin = 2 + lengthBytes;
  const end = begin + (lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes));
  if (end > bytes.length) throw new Error('this is no DER');
  return { tag, content: bytes.subarray(begin, end), whole: bytes.subarray(0, end) };
}

function format(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 + length.length, ...length];
  return Buffer.concat([Buffer.from(header), content]);
}
