import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type JudgeRequest, judgeImage, readExceptions } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

const digest = `sha256:${'d'.repeat(64)}` as const;
const armDigest = `sha256:${'e'.repeat(64)}` as const;
const ociPurl = `pkg:oci/app@${digest.replace(':', '%3A')}?repository_url=harbor.example.com/shop/app`;
const zlib = 'pkg:apk/alpine/zlib@1.2.11';

type Json = Readonly<Record<string, unknown>>;

const openVex = (...statements: readonly Json[]): Json => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex/1',
  author: 'Security of the shop',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements,
});

const notAffected = (fields: Json): Json => ({
  vulnerability: { name: 'CVE-1' },
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  ...fields,
});

const judge = async (document: Json, fields: Parameters<typeof found>[1] = {}, more: Partial<JudgeRequest> = {}) => {
  const { exceptions, warnings } = await readExceptions(JSON.stringify(document), 'vex/app.json');
  const platforms = ['linux/amd64', 'linux/arm64'];
  const platformDigests = new Map([['linux/arm64', armDigest]]);
  const vulnerability = found('High', { id: 'CVE-1', platforms, ...fields });
  const request = { digest, platforms, platformDigests, exceptions, warnings, ...more };
  return judgeImage(judgeRequest([vulnerability], {}, request));
};

const product = (...products: readonly unknown[]): Json => openVex(notAffected({ products }));

describe('OpenVEX', () => {
  it.each<[string, Json, Parameters<typeof found>[1], boolean]>([
    ['the image by its digest', product({ '@id': ociPurl }), {}, true],
    [
      'the image by another place and its digest',
      product({ '@id': `pkg:oci/x@${digest}?repository_url=ghcr.io/x` }),
      {},
      true,
    ],
    ['the image by its place', product({ '@id': 'pkg:oci/app?repository_url=harbor.example.com/shop/app' }), {}, true],
    ['the image by its name', product({ '@id': 'pkg:oci/app' }), {}, true],
    [
      'the image as identifier',
      product({ '@id': 'https://example.com/app', identifiers: { purl: ociPurl } }),
      {},
      true,
    ],
    [
      'the image by its hash',
      product({ '@id': 'https://example.com/app', hashes: { 'sha-256': digest.slice(7) } }),
      {},
      true,
    ],
    ['the image in plain words', product({ '@id': `harbor.example.com/shop/app@${digest}` }), {}, true],
    [
      'another digest',
      product({ '@id': `pkg:oci/app@sha256:${'f'.repeat(64)}?repository_url=harbor.example.com/shop/app` }),
      {},
      false,
    ],
    ['another place', product({ '@id': 'pkg:oci/app?repository_url=harbor.example.com/shop/other' }), {}, false],
    ['another name', product({ '@id': 'pkg:oci/ap' }), {}, false],
    ['a tag, which may be any digest', product({ '@id': 'pkg:oci/app?tag=v1' }), {}, false],
    [
      'the place with another hash',
      product({ '@id': 'pkg:oci/app', hashes: { 'sha-256': 'f'.repeat(64) } }),
      {},
      false,
    ],
    ['a digest with another hash', product({ '@id': ociPurl, hashes: { 'sha-256': 'f'.repeat(64) } }), {}, false],
    ['a wildcard', product({ '@id': 'pkg:oci/app?repository_url=**' }), {}, false],
    ['any product', product({ '@id': '*' }), {}, false],
    ['no product', openVex(notAffected({})), {}, false],
    ['one architecture of two', product({ '@id': 'pkg:oci/app?arch=arm64' }), {}, false],
    [
      'the architecture that has it',
      product({ '@id': 'pkg:oci/app?arch=arm64' }),
      { platforms: ['linux/arm64'] },
      true,
    ],
    [
      'the digest of the platform that has it',
      product({ '@id': `pkg:oci/app@${armDigest}` }),
      { platforms: ['linux/arm64'] },
      true,
    ],
    ['the digest of one platform of two', product({ '@id': `pkg:oci/app@${armDigest}` }), {}, false],
    ['the package', product({ '@id': zlib }), { purl: `${zlib}?arch=x86_64` }, true],
    ['the package of a report without package URLs', product({ '@id': zlib }), {}, true],
    [
      'the package, with the hash of its archive',
      product({ '@id': zlib, hashes: { 'sha-256': 'f'.repeat(64) } }),
      {},
      true,
    ],
    ['another version of the package', product({ '@id': 'pkg:apk/alpine/zlib@1.2.12' }), {}, false],
    ['a package of the image', product({ '@id': ociPurl, subcomponents: [{ '@id': zlib }] }), {}, true],
    [
      'another package of the image',
      product({ '@id': ociPurl, subcomponents: [{ '@id': 'pkg:apk/alpine/musl' }] }),
      {},
      false,
    ],
    ['a package of another image', product({ '@id': 'pkg:oci/other', subcomponents: [{ '@id': zlib }] }), {}, false],
    [
      'parts nobody can read',
      product({ '@id': ociPurl, subcomponents: [{ '@id': 'https://example.com/x' }] }),
      {},
      false,
    ],
    ['a package of a package', product({ '@id': 'pkg:npm/app', subcomponents: [{ '@id': zlib }] }), {}, false],
    [
      'the image by its name, with a hash of another kind',
      product({ '@id': 'pkg:oci/app', hashes: { 'sha-512': 'f'.repeat(128) } }),
      {},
      false,
    ],
    [
      'the image by its digest, with a hash of another kind',
      product({ '@id': ociPurl, hashes: { 'sha-512': 'f'.repeat(128) } }),
      {},
      true,
    ],
    [
      'texts, as older documents have them',
      openVex(notAffected({ vulnerability: 'CVE-1', products: [ociPurl] })),
      {},
      true,
    ],
    [
      'a package that older documents name beside the image',
      openVex(notAffected({ vulnerability: 'CVE-1', products: [ociPurl], subcomponents: [zlib] })),
      {},
      true,
    ],
    [
      'another package that older documents name beside the image',
      openVex(notAffected({ vulnerability: 'CVE-1', products: [ociPurl], subcomponents: ['pkg:apk/alpine/musl'] })),
      {},
      false,
    ],
    [
      'another vulnerability',
      openVex(notAffected({ vulnerability: { name: 'CVE-2' }, products: [{ '@id': ociPurl }] })),
      {},
      false,
    ],
    [
      'another name of it',
      openVex(notAffected({ vulnerability: { name: 'X', aliases: ['CVE-1'] }, products: [{ '@id': ociPurl }] })),
      {},
      true,
    ],
  ])('is about %s', async (_title, document, fields, isExcepted) => {
    expect((await judge(document, fields)).verdict).toBe(isExcepted ? 'passed' : 'refused');
  });

  it.each<[string, readonly Json[], string]>([
    ['not_affected', [{ status: 'not_affected', impact_statement: 'x' }], 'excepted: not affected, says vex/app.json'],
    ['fixed', [{ status: 'fixed' }], 'excepted: fixed, says vex/app.json'],
    ['affected', [{ status: 'affected', action_statement: 'x' }], 'refused: high severity'],
    ['under_investigation', [{ status: 'under_investigation' }], 'refused: high severity'],
    ['the later word, by its place', [{ status: 'fixed' }, { status: 'affected' }], 'refused: high severity'],
    [
      'the later word about parts that cannot be read',
      [
        { status: 'fixed' },
        { status: 'affected', products: [{ '@id': ociPurl, subcomponents: [{ '@id': 'file:///x' }] }] },
      ],
      'refused: high severity',
    ],
    [
      'the later word, by its time',
      [{ status: 'fixed', timestamp: '2026-05-05T00:00:00Z' }, { status: 'affected' }],
      'excepted: fixed, says vex/app.json',
    ],
  ])('says %s', async (_title, words, expected) => {
    const statements = words.map((word) => ({
      vulnerability: { name: 'CVE-1' },
      products: [{ '@id': ociPurl }],
      ...word,
    }));
    const { vulnerabilities, exceptions } = await judge(openVex(...statements));
    expect(`${vulnerabilities[0]?.outcome}: ${vulnerabilities[0]?.because}`).toBe(expected);
    expect(exceptions).toHaveLength(expected.startsWith('excepted') ? 1 : 0);
  });

  it('leaves what people have accepted alone', async () => {
    const { exceptions } = await readExceptions('CVE-1 # by hand', '.trivyignore');
    const affected = openVex({ vulnerability: { name: 'CVE-1' }, status: 'affected', products: [{ '@id': ociPurl }] });
    const { exceptions: vex } = await readExceptions(JSON.stringify(affected), 'vex.json');
    expect((await judge(openVex(), {}, { exceptions: [...vex, ...exceptions] })).verdict).toBe('passed');
  });

  it('lists what it needed with its words, and nothing else', async () => {
    const other = notAffected({
      vulnerability: { name: 'CVE-9' },
      products: [{ '@id': ociPurl }, { '@id': 'https://x.example' }],
    });
    const one = notAffected({ products: [{ '@id': ociPurl }], impact_statement: 'never called' });
    const report = await judge(openVex(one, other));
    expect(report.exceptions).toEqual([
      {
        id: 'CVE-1',
        reason: 'vulnerable code not in execute path: never called',
        owner: 'Security of the shop',
        from: 'vex/app.json',
        state: 'used',
      },
    ]);
    expect(report.warnings).toEqual(['vex/app.json: 1 product in it can be compared with no image and no package.']);
  });

  it.each<[Json, string, string]>([
    [{ status: 'not_afected' }, 'the status "not_afected" is not known', 'Did you mean "not_affected"?'],
    [{ status: undefined }, 'there is no "status"', 'not_affected'],
    [{ justification: 'not_present' }, 'the justification "not_present" is not known', 'component_not_present'],
    [{ justification: undefined }, 'has neither "justification" nor "impact_statement"', ''],
    [{ vulnerability: {} }, 'no name of the vulnerability', ''],
    [{ timestamp: 'today' }, '"today" is no time', ''],
    [{ products: 'all' }, '"products" is not a list', ''],
    [{ products: [{ '@id': ociPurl, subcomponents: { '@id': zlib } }] }, '"subcomponents" is not a list', ''],
  ])('is refused with %j', async (fields, message, hint) => {
    const document = JSON.stringify(openVex(notAffected({ products: [], ...fields })), null, 2);
    const error = await readExceptions(document, 'vex.json').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/^vex\.json:\d+: /),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect((error as { hint?: string }).hint ?? '').toContain(hint);
  });

  it.each([
    ['{', 'vex.json: '],
    ['{}', 'it is neither an OpenVEX nor a CycloneDX document'],
    ['[]', 'it is neither an OpenVEX nor a CycloneDX document'],
    ['{"@context": "https://openvex.dev/ns", "statements": {}}', '"statements" is not a list'],
    [`{"x": "${'x'.repeat(17 * 1024 * 1024)}"}`, 'it is larger than'],
  ])('is no document when it is %.80j', async (text, message) => {
    await expect(readExceptions(text, 'vex.json')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
    });
  });

  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const schemaFile = resolve(root, '../shared/data/openvex/openvex_json_schema.json');
  (existsSync(schemaFile) ? it : it.skip)('has documents in these tests that its schema allows', () => {
    const ajv = new Ajv2020({ strict: false, formats: { iri: true } });
    addFormats.default(ajv);
    const isValid = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
    const products = [{ '@id': ociPurl, subcomponents: [{ '@id': zlib }], hashes: { 'sha-256': 'f'.repeat(64) } }];
    expect([isValid(openVex(notAffected({ products }))), isValid.errors]).toEqual([true, null]);
  });
});

describe('CycloneDX VEX', () => {
  const cycloneDx = (vulnerability: Json, fields: Json = {}): Json => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { timestamp: '2026-01-01T00:00:00Z', supplier: { name: 'Shop' } },
    vulnerabilities: [
      { id: 'CVE-1', analysis: { state: 'not_affected', justification: 'code_not_reachable' }, ...vulnerability },
    ],
    ...fields,
  });
  const container = (purl: string): Json => ({
    metadata: { component: { type: 'container', name: 'app', 'bom-ref': 'root', purl } },
  });
  const versioned = (version: string): Json => ({
    metadata: { component: { type: 'container', name: 'app', 'bom-ref': '7f1', version } },
  });
  const components = { components: [{ type: 'library', name: 'x', components: [{ 'bom-ref': 'z', purl: zlib }] }] };

  it.each<[string, Json, boolean]>([
    ['a component', cycloneDx({ affects: [{ ref: 'z' }] }, components), true],
    ['a package URL', cycloneDx({ affects: [{ ref: zlib }] }), true],
    [
      'the end of a BOM-Link',
      cycloneDx({ affects: [{ ref: `urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#${encodeURIComponent(zlib)}` }] }),
      true,
    ],
    ['another package', cycloneDx({ affects: [{ ref: 'pkg:apk/alpine/musl' }] }), false],
    [
      'a component of another version, whose reference is a package URL without one',
      cycloneDx(
        { affects: [{ ref: 'pkg:apk/alpine/zlib' }] },
        { components: [{ 'bom-ref': 'pkg:apk/alpine/zlib', purl: 'pkg:apk/alpine/zlib@1.2.12' }] },
      ),
      false,
    ],
    [
      'a component of another version, which its package URL does not name',
      cycloneDx(
        { affects: [{ ref: 'z' }] },
        { components: [{ 'bom-ref': 'z', purl: 'pkg:apk/alpine/zlib', version: '1.2.12' }] },
      ),
      false,
    ],
    ['a component that is not there', cycloneDx({ affects: [{ ref: 'y' }] }, components), false],
    ['nothing', cycloneDx({}), false],
    ['the version', cycloneDx({ affects: [{ ref: 'pkg:apk/alpine/zlib', versions: [{ version: '1.2.11' }] }] }), true],
    [
      'another version',
      cycloneDx({ affects: [{ ref: 'pkg:apk/alpine/zlib', versions: [{ version: '1.2.12' }] }] }),
      false,
    ],
    [
      'a version that is not affected',
      cycloneDx({ affects: [{ ref: 'pkg:apk/alpine/zlib', versions: [{ version: '1.2.11', status: 'unaffected' }] }] }),
      true,
    ],
    [
      'other versions than the one that it calls affected',
      cycloneDx({
        affects: [
          {
            ref: 'pkg:apk/alpine/zlib',
            versions: [
              { version: '1.2.11', status: 'affected' },
              { version: '1.2.12', status: 'unaffected' },
            ],
          },
        ],
      }),
      false,
    ],
    [
      'versions in a form that is none',
      cycloneDx({ affects: [{ ref: zlib, versions: { range: 'vers:apk/*' } }] }),
      false,
    ],
    [
      'some versions of the image, which no digest tells',
      cycloneDx(
        { affects: [{ ref: 'root', versions: [{ version: '1.0', status: 'unaffected' }] }] },
        container(ociPurl),
      ),
      false,
    ],
    [
      'a range of versions, which is not read',
      cycloneDx({ affects: [{ ref: zlib, versions: [{ range: 'vers:apk/*' }] }] }),
      false,
    ],
    ['the image', cycloneDx({ affects: [{ ref: 'root' }] }, container(ociPurl)), true],
    ['a package of the image', cycloneDx({ affects: [{ ref: zlib }] }, container(ociPurl)), true],
    ['another image', cycloneDx({ affects: [{ ref: 'root' }] }, container('pkg:oci/other')), false],
    ['a package of the image by its digest', cycloneDx({ affects: [{ ref: zlib }] }, versioned(digest)), true],
    [
      'a package of another digest',
      cycloneDx({ affects: [{ ref: zlib }] }, versioned(`sha256:${'f'.repeat(64)}`)),
      false,
    ],
    ['a package of an image that only a tag names', cycloneDx({ affects: [{ ref: zlib }] }, versioned('1.0')), false],
    ['a package of another image', cycloneDx({ affects: [{ ref: zlib }] }, container('pkg:oci/other')), false],
    ['another name of it', cycloneDx({ id: 'X-1', references: [{ id: 'CVE-1' }], affects: [{ ref: zlib }] }), true],
  ])('is about %s', async (_title, document, isExcepted) => {
    expect((await judge(document)).verdict).toBe(isExcepted ? 'passed' : 'refused');
  });

  it.each([
    ['not_affected', 'excepted: not affected, says vex/app.json'],
    ['false_positive', 'excepted: not affected, says vex/app.json'],
    ['resolved', 'excepted: fixed, says vex/app.json'],
    ['resolved_with_pedigree', 'excepted: fixed, says vex/app.json'],
    ['exploitable', 'refused: high severity'],
    ['in_triage', 'refused: high severity'],
    [undefined, 'refused: high severity'],
  ])('says %s', async (state, expected) => {
    const { vulnerabilities } = await judge(cycloneDx({ analysis: { state }, affects: [{ ref: zlib }] }));
    expect(`${vulnerabilities[0]?.outcome}: ${vulnerabilities[0]?.because}`).toBe(expected);
  });

  it.each([
    ['a range of versions', { versions: [{ range: 'vers:apk/*' }] }],
    ['another version', { versions: [{ version: '9', status: 'affected' }] }],
  ])('withdraws for all versions what it says of %s', async (_title, affected) => {
    const document = cycloneDx({ affects: [{ ref: zlib }] });
    const later = { state: 'exploitable', lastUpdated: '2026-02-01T00:00:00Z' };
    const withdrawal = { id: 'CVE-1', analysis: later, affects: [{ ref: zlib, ...affected }] };
    const vulnerabilities = [...(document.vulnerabilities as Json[]), withdrawal];
    expect((await judge({ ...document, vulnerabilities })).verdict).toBe('refused');
  });

  it('gives its words', async () => {
    const { exceptions } = await judge(cycloneDx({ affects: [{ ref: zlib }] }));
    expect(exceptions).toMatchObject([{ reason: 'code not reachable', owner: 'Shop', state: 'used' }]);
  });

  it.each<[Json, string, string]>([
    [{ analysis: { state: 'not_afected' } }, 'the state "not_afected" is not known', 'Did you mean "not_affected"?'],
    [{ analysis: { state: 'resolved' }, id: 1 }, '"id" is not text', ''],
    [{ affects: {} }, '"affects" is not a list', ''],
  ])('is refused with %j', async (fields, message, hint) => {
    const error = await readExceptions(JSON.stringify(cycloneDx(fields)), 'bom.json').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(message) });
    expect((error as { hint?: string }).hint ?? '').toContain(hint);
  });
});
