import type { Exchange } from './exchange.ts';
import { invalid, invalidField } from './refusal.ts';

/** Types of the fields that a body may have; others pass unseen. */
export type Fields = Readonly<Record<string, 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'texts'>>;

/** A body that was read. */
export type Body = Readonly<Record<string, unknown>>;

const limitBytes = 1024 * 1024;

/**
 * Reads a JSON body whose fields have the given types. Null counts as absent.
 * @param name what the API calls the body, for the error text.
 * @throws Refusal 422 when there is none, for another media type, for malformed JSON and for fields of another type.
 */
export async function readBody(exchange: Exchange, name: string, fields: Fields): Promise<Body> {
  const body = await readOptionalBody(exchange, name, fields);
  if (body === undefined) throw invalid(`${name} in body is required`);
  return body;
}

/** Like {@link readBody}, for a body that may be left out. */
export async function readOptionalBody(exchange: Exchange, name: string, fields: Fields): Promise<Body | undefined> {
  if (!exchange.hasBody) return undefined;
  const type = (exchange.header('content-type') ?? 'application/octet-stream').split(';')[0]?.trim();
  if (type !== 'application/json') {
    throw invalid(`unsupported media type "${type}", only [application/json] are allowed`);
  }
  const text = (await exchange.body(limitBytes)).toString();
  const unreadable = (reason: string) => invalid(`parsing ${name} body from "" failed, because ${reason}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(String(error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('it is no object');
  const body = withoutNulls(value);
  for (const [field, kind] of Object.entries(fields)) {
    if (body[field] !== undefined && !isOfKind(body[field], kind)) throw unreadable(`${field} is no ${kind}`);
  }
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

function withoutNulls(value: object): Body {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

function isOfKind(value: unknown, kind: Fields[string]): boolean {
  if (kind === 'integer') return Number.isSafeInteger(value);
  if (kind === 'array') return Array.isArray(value);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (kind === 'object') return isObject;
  if (kind === 'texts')
    return isObject && Object.values(value).every((text) => text === null || typeof text === 'string');
  return typeof value === kind;
}
