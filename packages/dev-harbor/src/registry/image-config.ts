import { asArray, asObject, asString } from '@harbor-pilot/core';

type Json = Readonly<Record<string, unknown>>;

const executionFields = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
];
const historyFields = ['created', 'created_by', 'author', 'comment', 'empty_layer'];

/** What Harbor shows of an image's configuration (OCI image spec 1.1, config.md). */
export function imageAttributesOf(config: Json): Json {
  const execution = asObject(config.config) ?? {};
  const labels = asObject(execution.Labels) ?? {};
  const authors = [config.author, labels['org.opencontainers.image.authors'], labels.maintainer].map(asString);
  return {
    architecture: asString(config.architecture) ?? '',
    author: authors.find((author) => author) ?? '',
    config: fieldsOf(execution, executionFields),
    created: shortTime(config.created) ?? null,
    os: asString(config.os) ?? '',
  };
}

/** The steps by which an image was made; null when its configuration does not tell. */
export function buildHistoryOf(config: Json): readonly Json[] | null {
  if (!Array.isArray(config.history)) return null;
  return asArray(config.history).map((step) => {
    const fields = fieldsOf(asObject(step) ?? {}, historyFields);
    return { ...fields, ...(fields.created === undefined ? {} : { created: shortTime(fields.created) }) };
  });
}

/** The fields that are known and say something; Harbor drops all others. */
function fieldsOf(value: Json, names: readonly string[]): Json {
  const known = names.filter((name) => {
    const field = value[name];
    return typeof field === 'object' && field !== null ? Object.keys(field).length > 0 : Boolean(field);
  });
  return Object.fromEntries(known.map((name) => [name, value[name]]));
}

/** A time as Go writes it: UTC is `Z`, and fractions of a second have no zeros at their end. */
function shortTime(value: unknown): string | undefined {
  return asString(value)
    ?.replace(/(\.\d*?)0+(?=Z|[+-]\d\d:\d\d$)/, '$1')
    .replace(/\.(?=Z|[+-]\d\d:\d\d$)/, '')
    .replace(/\+00:00$/, 'Z');
}
