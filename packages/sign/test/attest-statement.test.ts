import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { formatFact, readFact } from '../src/attest/statement.ts';
import { parseStrictJson } from '../src/attest/strict-json.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('parseStrictJson', () => {
  it.each([
    ['{"a":{"b":[1,{"b":2}]},"b":"{\\"a\\":1,\\"a\\":2}"}'],
    ['[{"a":1},{"a":2}]'],
    ['{"a\\\\":1,"a\\"":2,"c" : "a"}'],
    ['"text"'],
  ])('reads %s as anybody does', (text) => {
    expect(parseStrictJson(bytes(text), 'it')).toEqual(JSON.parse(text));
  });

  it.each([
    ['a name twice', '{"a":1,"b":{"a":1},"a":2}', 'the name "a" twice'],
    ['a name twice, once in other words', '{"a":1,"\\u0061":2}', 'the name "a" twice'],
    ['__proto__', '{"x":[{"__proto__":{"verified":true}}]}', '"__proto__"'],
    ['__proto__ in other words', '{"\\u005f_proto__":1}', '"__proto__"'],
    ['too many levels', '['.repeat(101), 'more than 100 levels'],
    ['a million levels', '{"a":'.repeat(1_000_000), 'more than 100 levels'],
    ['no end', '{"a":"b', 'no JSON'],
    ['two documents', '{} {}', 'no JSON'],
    ['a name that is cut off', '{"a\\', 'no JSON'],
    ['nothing', '', 'no JSON'],
  ])('refuses %s', (_, text, why) => {
    expect(() => parseStrictJson(bytes(text), 'it')).toThrow(
      expect.objectContaining({ code: 'CONTENT_HOSTILE', message: expect.stringContaining(why) }),
    );
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]), 'it')).toThrow('no JSON');
  });
});

describe('a fact', () => {
  const digest = digestOf('image');
  const hex = digest.slice('sha256:'.length);
  const fact = {
    digest,
    reference: 'harbor.example.com/shop/app',
    predicateType: 'https://example.com/review/v1',
    predicate: { reviewed: true },
  };
  const statement = (change: Readonly<Record<string, unknown>>): Buffer =>
    bytes(JSON.stringify({ ...JSON.parse(formatFact(fact)), ...change }));

  it('comes back from its statement, with the repository that it was made for', () => {
    expect(readFact(bytes(formatFact(fact)), digest)).toEqual(fact);
  });

  it('is read from a statement as cosign writes it', () => {
    const subject = [{ name: 'harbor.example.com/shop/app', digest: { sha256: hex } }];
    expect(readFact(statement({ _type: 'https://in-toto.io/Statement/v0.1', subject }), digest)).toEqual(fact);
    const unnamed = [{ digest: { sha256: hex, sha512: 'f' } }];
    expect(readFact(statement({ subject: unnamed }), digest)).toEqual({ ...fact, reference: undefined });
  });

  it.each([
    ['another digest', { subject: [{ digest: { sha256: hex.replace(/^./, 'x') } }] }],
    ['another digest', { subject: [{ digest: { sha512: hex } }] }],
    ['another digest', { subject: [{ name: digest }] }],
    ['another digest', { subject: [] }],
    ['another digest', { subject: { digest: { sha256: hex } } }],
    ['several subjects', { subject: [{ digest: { sha256: hex } }, { digest: { sha256: 'f'.repeat(64) } }] }],
    ['several subjects', { subject: [{ digest: { sha256: hex } }, { digest: { sha256: hex } }] }],
    ['damaged', { _type: 'https://in-toto.io/Statement/v2' }],
    ['damaged', { predicateType: 7 }],
    ['damaged', { predicate: 'text' }],
    ['damaged', { predicate: null }],
  ])('is refused as %s: %j', (flaw, change) => {
    expect(readFact(statement(change), digest)).toBe(flaw);
  });

  it.each([
    ['no JSON', 'not json'],
    ['a name twice', `{"_type":"https://in-toto.io/Statement/v1","_type":"x","predicate":{}}`],
  ])('is refused when its statement is %s', (_, text) => {
    expect(readFact(bytes(text), digest)).toBe('damaged');
  });
});
