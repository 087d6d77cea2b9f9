import { readFileSync } from 'node:fs';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { comparableRecord, fieldsOfOneRun, formatRecord, parseRecord, type ReleaseRecord } from '../src/index.ts';
import { sampleRecord } from './sample-record.ts';

const { schemaVersion, image, digest, startedAt } = sampleRecord;
const beginning: ReleaseRecord = { schemaVersion, image, digest, run: { ci: 'terminal' }, startedAt };

describe('the release record as JSON', () => {
  it('comes back as it was', () => {
    for (const record of [sampleRecord, beginning]) expect(parseRecord(formatRecord(record))).toEqual(record);
  });

  it('is the same file for the same record, whatever the order of its fields', () => {
    const reversed = Object.fromEntries(Object.entries(sampleRecord).reverse()) as unknown as ReleaseRecord;
    expect(formatRecord(reversed)).toBe(formatRecord(sampleRecord));
    expect(formatRecord(sampleRecord)).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"image": /);
    expect(formatRecord(sampleRecord).endsWith('}\n')).toBe(true);
  });

  it('is taken only when it is about the expected digest', () => {
    expect(parseRecord(formatRecord(beginning), digest)).toEqual(beginning);
    expect(() => parseRecord(formatRecord(beginning), digestOf('another'))).toThrow(
      expect.objectContaining({ code: 'RECORD_MISMATCH', exitCode: 2 }),
    );
  });

  it.each([
    ['not JSON', '{', 'not JSON'],
    ['not an object', '[]', 'schema version'],
    ['of a later schema', JSON.stringify({ ...sampleRecord, schemaVersion: 2 }), 'schema version 2'],
    ['without a digest', JSON.stringify({ ...sampleRecord, digest: undefined }), 'record.digest'],
    ['with a made-up digest', JSON.stringify({ ...sampleRecord, digest: 'sha256:1' }), 'record.digest'],
    ['with a made-up outcome', JSON.stringify({ ...sampleRecord, outcome: 'fine' }), 'record.outcome'],
    [
      'with a part of another shape',
      JSON.stringify({ ...sampleRecord, gate: { ...sampleRecord.gate, counts: { High: -1 } } }),
      'record.gate.counts.High',
    ],
    [
      'with a list that is none',
      JSON.stringify({ ...sampleRecord, rollout: { ...sampleRecord.rollout, workloads: {} } }),
      'record.rollout.workloads',
    ],
  ])('is refused when it is %s', (_title, text, words) => {
    expect(() => parseRecord(text)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringContaining(words) }),
    );
  });

  it('loses fields that nobody knows, and reads none from a prototype', () => {
    const text = `{"__proto__": {"outcome": "released"}, "extra": 1, ${formatRecord(beginning).trim().slice(1)}`;
    expect(parseRecord(text)).toEqual(beginning);
    expect(parseRecord(text).outcome).toBeUndefined();
  });
});

describe('comparableRecord', () => {
  it('is equal for two runs of the same release', () => {
    const other: ReleaseRecord = {
      ...sampleRecord,
      run: { ci: 'jenkins', runUrl: 'https://jenkins.example/1' },
      startedAt: '2027-01-01T00:00:00.000Z',
      finishedAt: '2027-01-01T00:01:00.000Z',
      ...(sampleRecord.signature && {
        signature: {
          ...sampleRecord.signature,
          durationSeconds: 9,
          signed: [{ digest, signatureDigest: digestOf('another signature') }],
        },
      }),
    };
    expect(comparableRecord(other)).toEqual(comparableRecord(sampleRecord));
  });

  it('differs where the release differs', () => {
    expect(comparableRecord({ ...sampleRecord, tags: ['other'] })).not.toEqual(comparableRecord(sampleRecord));
    expect(comparableRecord({ ...sampleRecord, digest: digestOf('x') })).not.toEqual(comparableRecord(sampleRecord));
  });

  it('removes each declared field, which a full record has, and leaves the record alone', () => {
    const before = structuredClone(sampleRecord);
    const comparable = pathsOf(comparableRecord(sampleRecord));
    const all = pathsOf(sampleRecord);
    for (const field of fieldsOfOneRun) {
      expect(all).toContain(field);
      expect(comparable).not.toContain(field);
    }
    expect(sampleRecord).toEqual(before);
  });
});

describe('record.schema.json', () => {
  const schema = JSON.parse(readFileSync(new URL('../record.schema.json', import.meta.url), 'utf8'));
  const compile = (document: object): ValidateFunction => {
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    addFormats.default(ajv);
    return ajv.compile(document);
  };

  it('describes every field of a record and allows records that are not finished', () => {
    const validate = compile(closed(schema) as object);
    for (const record of [sampleRecord, beginning]) {
      validate(JSON.parse(formatRecord(record)));
      expect(validate.errors).toBeNull();
    }
  });

  it('refuses what parseRecord refuses', () => {
    const validate = compile(schema);
    for (const wrong of [{ outcome: 'fine' }, { digest: 'sha256:1' }, { schemaVersion: 2 }, { image: 1 }]) {
      expect(validate({ ...sampleRecord, ...wrong })).toBe(false);
    }
  });
});

/** The same schema, but refusing fields that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy && copy.type === 'object' ? { ...copy, additionalProperties: false } : copy;
}

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value).map(([key, entry]) => [Array.isArray(value) ? '*' : key, entry] as const);
  return [path, ...entries.flatMap(([key, entry]) => pathsOf(entry, path === '' ? key : `${path}.${key}`))];
}
