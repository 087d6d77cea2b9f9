import type { Exchange } from './exchange.ts';
import { readFirstJson } from './go-json.ts';
import { mediaTypeOf } from './media-type.ts';
import { invalid, invalidField } from './refusal.ts';

/** Type of a field: `texts` is an object of texts; {@link Fields} an object with such fields, in brackets a list of them. */
export type Kind = 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'texts' | Fields | readonly [Fields];

/** Types of the fields that a body may have; others pass unseen. */
export interface Fields {
  readonly [field: string]: Kind;
}

/** A body that was read. */
export type Body = Readonly<Record<string, unknown>>;

const limitBytes = 1024 * 1024;
const mediaType = 'application/json';

/**
 * Refuses a body that says it is something else than JSON, even where no body is wanted.
 * @throws Refusal 422.
 */
export function checkBodyType(exchange: Exchange): void {
  if (!exchange.hasBody) return;
  const header = exchange.header('content-type') ?? 'application/octet-stream';
  const type = mediaTypeOf(header) ?? header;
  if (type !== mediaType) throw invalid(`unsupported media type "${type}", only [${mediaType}] are allowed`);
}

/**
 * Reads a JSON body whose fields have the given types. Null counts as absent, and upper and lower case as the same.
 * @param name what the API calls the body, for the error text.
 * @param fields `texts` for a body whose fields are all texts.
 * @throws Refusal 422 when there is none, for another media type, for malformed JSON and for fields of another type.
 */
export async function readBody(exchange: Exchange, name: string, fields: Fields | 'texts'): Promise<Body> {
  const body = await readOptionalBody(exchange, name, fields);
  if (body === undefined) throw invalid(`${name} in body is required`);
  return body;
}

/** Like {@link readBody}, for a body that may be left out. */
export async function readOptionalBody(
  exchange: Exchange,
  name: string,
  fields: Fields | 'texts',
): Promise<Body | undefined> {
  checkBodyType(exchange);
  const bytes = await exchange.body(limitBytes);
  if (bytes.toString().trim() === '') return undefined;
  const unreadable = (reason: string) => invalid(`parsing ${name} body from "" failed, because ${reason}`);
  let value: unknown;
  try {
    value = readFirstJson(bytes);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  if (!isOfKind(value, 'object')) throw unreadable('it is no object');
  if (fields === 'texts' && !isOfKind(value, fields)) throw unreadable('not all its fields are texts');
  const known = fields === 'texts' ? {} : fields;
  const body = withKnownNames(value ?? {}, known);
  const wrong = Object.entries(known).find(([field, kind]) => !isOfKind(body[field], kind));
  if (wrong !== undefined) throw unreadable(`${wrong[0]} is no ${JSON.stringify(wrong[1])}`);
  return body;
}

/**
 * Refuses a body in which a text is missing or empty.
 * @throws Refusal 422.
 */
export function requireText(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw invalidField(`${field} in body is required`);
  return value;
}

/** Fields that are not null, under the names that the API gives them. */
function withKnownNames(value: object, fields: Fields): Body {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  const named = Object.entries(value).map(([key, field]) => [names.get(key.toLowerCase()) ?? key, field]);
  return Object.fromEntries(named.filter(([, field]) => field !== null));
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (value === undefined || value === null) return true;
  const isList = Array.isArray(value);
  if (typeof kind === 'object') {
    if (!isFields(kind)) return isList && value.every((item) => isOfKind(item, kind[0]));
    const read = (field: string) => (value as Body)[field];
    return isOfKind(value, 'object') && Object.entries(kind).every(([field, one]) => isOfKind(read(field), one));
  }
  if (kind === 'integer') return Number.isSafeInteger(value);
  if (kind === 'array') return isList;
  if (kind === 'object') return typeof value === 'object' && !isList;
  if (kind === 'texts')
    return isOfKind(value, 'object') && Object.values(value).every((text) => isOfKind(text, 'string'));
  return typeof value === kind;
}

const isFields = (kind: Fields | readonly [Fields]): kind is Fields => !Array.isArray(kind);
