import { existsSync, readFileSync } from 'node:fs';

interface Field {
  readonly type: string;
  readonly isRepeated: boolean;
}

/** Messages of Protocol Buffers by name, each with its fields by their names in JSON. */
export type ProtoSchema = ReadonlyMap<string, ReadonlyMap<string, Field>>;

const folder = new URL('../../../../shared/data/', import.meta.url);

/** Whether the public schemas are on this machine. */
export const hasSchemas = existsSync(folder);

/** Reads files of `../shared/data`; a message that is in a later one wins. */
export function readProto(...files: readonly string[]): ProtoSchema {
  const messages = new Map<string, ReadonlyMap<string, Field>>();
  for (const file of files) {
    let text = readFileSync(new URL(file, folder), 'utf8').replaceAll(/\/\/.*$/gm, '');
    // The innermost first, so that none is nested any more.
    for (const pattern = /message (\w+) \{([^{}]*)\}/; pattern.test(text); ) {
      text = text.replace(pattern, (_, name: string, body: string) => {
        messages.set(name, fieldsOf(body));
        return '';
      });
    }
  }
  return messages;
}

function fieldsOf(body: string): ReadonlyMap<string, Field> {
  const line = /(repeated |optional )?(map<string, ?[\w.]+>|[\w.]+) (\w+) = \d+(?: \[json_name = "(\w+)"\])?;/g;
  return new Map(
    [...body.matchAll(line)].map(([, label, type = '', name = '', json]) => [
      json ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      { type: type.split('.').at(-1) ?? '', isRepeated: label === 'repeated ' },
    ]),
  );
}

/** What a value has that its message has not, or as something else: one line each. */
export function flawsOf(value: unknown, type: string, schema: ProtoSchema, path = type): readonly string[] {
  const message = schema.get(type);
  if (message === undefined) return isPlain(value, type) ? [] : [`${path} is no ${type}`];
  if (typeof value !== 'object' || value === null) return [`${path} is no object`];
  return Object.entries(value).flatMap(([name, part]) => {
    const field = message.get(name);
    if (field === undefined) return [`${path}.${name} is not known`];
    if (!field.isRepeated) return flawsOf(part, field.type, schema, `${path}.${name}`);
    return Array.isArray(part)
      ? part.flatMap((one, index) => flawsOf(one, field.type, schema, `${path}.${name}.${index}`))
      : [`${path}.${name} is no list`];
  });
}

function isPlain(value: unknown, type: string): boolean {
  if (type === 'string' || type === 'bytes') return typeof value === 'string';
  if (type === 'Timestamp') return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  if (type === 'Struct' || type.startsWith('map<')) return typeof value === 'object' && !Array.isArray(value);
  return type === 'Value';
}
