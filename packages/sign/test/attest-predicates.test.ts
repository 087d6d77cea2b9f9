import { existsSync, readFileSync } from 'node:fs';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { checkPredicate, digestsNamedIn, parsePredicateType, predicateTypes } from '../src/index.ts';

describe('parsePredicateType', () => {
  it('knows the names of cosign, and takes URIs', () => {
    expect(parsePredicateType('slsaprovenance1')).toBe('https://slsa.dev/provenance/v1');
    expect(parsePredicateType('vuln')).toBe('https://cosign.sigstore.dev/attestation/vuln/v1');
    expect(parsePredicateType('https://example.com/review/v1')).toBe('https://example.com/review/v1');
  });

  it.each([
    ['slsaprovenance', /slsaprovenance1/],
    ['custom', /URI of your own type/],
    ['cyclondx', /Did you mean "cyclonedx"/],
    ['toString', /Write one of/],
    ['https://example.com/two words', /Write one of/],
    ['https://sigstore.dev/cosign/sign/v1', /step "sign"/],
    [`https://example.com/${'x'.repeat(500)}`, /Write one of/],
  ])('refuses %s', (name, hint) => {
    expect(() => parsePredicateType(name)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.stringMatching(hint) }),
    );
  });
});

describe('checkPredicate', () => {
  const provenance = {
    buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
    runDetails: { builder: { id: 'https://example.com/builder' } },
  };

  it('takes what is of its type, and anything of a type of one’s own', () => {
    expect(checkPredicate(provenance, predicateTypes.slsaprovenance1, 'p.json')).toBe(provenance);
    expect(checkPredicate({ any: 1 }, 'https://example.com/review/v1', 'p.json')).toEqual({ any: 1 });
  });

  it.each([
    ['a list', [], 'slsaprovenance1', 'is no JSON object'],
    ['nothing', {}, 'slsaprovenance1', '"buildDefinition.buildType"'],
    ['another type', { spdxVersion: 'SPDX-2.3' }, 'cyclonedx', '"bomFormat"'],
    ['SPDX 3', { spdxVersion: 'SPDX-3.0' }, 'spdxjson', '"spdxVersion"'],
    ['no verdict', { verifier: { id: 'a:b' }, timeVerified: '2027-01-01T00:00:00Z' }, 'vsa', '"resourceUri"'],
    [
      'no statements',
      {
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'x',
        author: 'x',
        timestamp: '2027-01-01T00:00:00Z',
        statements: [],
      },
      'openvex',
      '"statements"',
    ],
    ['no result', { passed: true }, 'test-result', '"result"'],
    ['a statement', { _type: 'x', predicateType: 'y' }, 'vuln', 'a whole in-toto statement'],
    ['an envelope', { payload: '', payloadType: 'x', signatures: [] }, 'vuln', 'a signed envelope'],
    ['a bundle', { dsseEnvelope: {} }, 'vuln', 'a Sigstore bundle'],
  ] as const)('refuses %s', (_, document, type, why) => {
    expect(() => checkPredicate(document, predicateTypes[type], 'p.json')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(why) }),
    );
  });
});

describe('digestsNamedIn', () => {
  const [image, other] = [digestOf('image'), digestOf('other')];
  const hex = image.slice('sha256:'.length);

  it.each([
    ['Syft', { type: 'container', name: 'app', version: image }],
    ['Trivy', { type: 'container', purl: `pkg:oci/app@sha256%3A${hex}?arch=amd64` }],
    [
      'Trivy without a purl',
      { properties: [{ name: 'aquasecurity:trivy:RepoDigest', value: `h.example/app@${image}` }] },
    ],
  ])('finds the image in CycloneDX of %s', (_, component) => {
    expect(digestsNamedIn({ bomFormat: 'CycloneDX', metadata: { component } })).toEqual([image]);
  });

  it('finds the images that SPDX describes, and no others', () => {
    const packages = [
      { SPDXID: 'a', primaryPackagePurpose: 'CONTAINER', versionInfo: image },
      { SPDXID: 'b', externalRefs: [{ referenceLocator: `pkg:oci/app@${other}` }] },
      { SPDXID: 'c', primaryPackagePurpose: 'CONTAINER', versionInfo: digestOf('base') },
    ];
    const relationships = [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'a' },
      { spdxElementId: 'a', relationshipType: 'DESCRIBES', relatedSpdxElement: 'c' },
    ];
    expect(digestsNamedIn({ packages, relationships, documentDescribes: ['b'] })).toEqual([image, other]);
  });

  it('finds none where there is none, or digests of other things', () => {
    expect(digestsNamedIn({ bomFormat: 'CycloneDX', metadata: {} })).toEqual([]);
    const component = { type: 'library', version: image, purl: `pkg:npm/a@${image}` };
    expect(digestsNamedIn({ bomFormat: 'CycloneDX', metadata: { component } })).toEqual([]);
    expect(digestsNamedIn({ packages: [{ SPDXID: 'a', versionInfo: image }], documentDescribes: ['a'] })).toEqual([]);
  });
});

const shared = new URL('../../../../shared/data/cosign-testdata/', import.meta.url);
const describeWithShared = existsSync(shared) ? describe : describe.skip;

describeWithShared('the test data of cosign (skipped without ../shared/data)', () => {
  it.each([
    ['bom-go-mod.cyclonedx.json', 'cyclonedx'],
    ['bom-go-mod.spdx.json', 'spdxjson'],
    ['vuln-predicate.json', 'vuln'],
  ] as const)('%s is taken for what it is', (file, type) => {
    const document: unknown = JSON.parse(readFileSync(new URL(file, shared), 'utf8'));
    expect(checkPredicate(document, predicateTypes[type], file)).toBe(document);
  });
});
