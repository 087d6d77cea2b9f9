import {
  type BaseBlock,
  Constructed,
  fromBER,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
} from 'asn1js';

/** Reads one value in DER or BER. Throws an Error when it is none. */
export function parseDer(bytes: Uint8Array): BaseBlock {
  const { result, offset } = fromBER(bytes);
  if (offset === -1) throw new Error(result.error === '' ? 'it is no DER' : result.error);
  return result;
}

/** The bytes of a value in DER. */
export function formatDer(block: BaseBlock): Buffer {
  return Buffer.from(block.toBER());
}

/** The members of a sequence, a set or an explicit tag. */
export function membersOf(block: BaseBlock | undefined): readonly BaseBlock[] {
  if (block instanceof Constructed) return block.valueBlock.value;
  throw new Error('a sequence is missing');
}

/** An object identifier with its dots. */
export function identifierOf(block: BaseBlock | undefined): string {
  if (block instanceof ObjectIdentifier) return block.valueBlock.toString();
  throw new Error('an object identifier is missing');
}

/** A number that is not negative and not too large to be meant. */
export function numberOf(block: BaseBlock | undefined): number {
  if (block instanceof Integer) return block.valueBlock.valueDec;
  throw new Error('a number is missing');
}

/** The bytes of an octet string, whole or in parts, also with an implicit tag. */
export function octetsOf(block: BaseBlock | undefined): Buffer {
  if (block instanceof OctetString) return Buffer.from(block.getValue());
  if (block instanceof Primitive) return Buffer.from(block.valueBlock.valueHexView);
  if (block instanceof Constructed) return Buffer.concat(block.valueBlock.value.map(octetsOf));
  throw new Error('an octet string is missing');
}

/** A sequence of values. */
export function sequence(...value: BaseBlock[]): Sequence {
  return new Sequence({ value });
}

/** An object identifier. */
export function identifier(value: string): ObjectIdentifier {
  return new ObjectIdentifier({ value });
}

/** An octet string. */
export function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: bytes });
}

/** A value under the explicit tag [0]. */
export function tagged(value: BaseBlock): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] });
}
