import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import type { Descriptor } from '@harbor-pilot/oci';
import {
  attestDigests,
  examineAttestations,
  keyPolicy,
  parseCondition,
  parsePredicateType,
  parsePublicKey,
  type SignatureFormat,
} from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Meeting, meet, pushImage, type StartTarget } from './cosign-meeting.ts';

// cosign opens its key in half a second on a free machine, and much later on a busy one.
jest.setTimeout(120_000);

const time = '2027-01-01T00:00:00Z';
const custom = 'https://example.com/review/v1';
/** One predicate of each type that both know. */
const predicates: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  slsaprovenance1: {
    buildDefinition: { buildType: 'https://example.com/build', externalParameters: { job: 'release' } },
    runDetails: { builder: { id: 'https://example.com/builder' } },
  },
  cyclonedx: { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
  spdxjson: { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'app' },
  vuln: {
    invocation: { parameters: [], uri: '', event_id: '', 'builder.id': '' },
    scanner: { uri: 'pkg:generic/trivy', version: '1', db: { uri: '', version: '' }, result: { counts: { High: 0 } } },
    metadata: { scanStartedOn: time, scanFinishedOn: time },
  },
  openvex: {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex',
    author: 'x',
    statements: [],
  },
  [custom]: { reviewed: true },
};
const forms = [
  { format: 'bundle', flags: [] },
  { format: 'classic', flags: ['--new-bundle-format=false'] },
] as const;

/** What must hold of attestations between cosign and us at any registry. */
export function itAttestsWithCosign(program: string, start: StartTarget): void {
  let meeting: Meeting;
  beforeAll(async () => {
    meeting = await meet(program, start);
  });
  afterAll(async () => meeting?.close());

  describe.each(forms)('in the form $format', ({ format, flags }) => {
    it('attests what cosign verifies, and refuses with another key', async () => {
      const repository = `interop/attest-${format}`;
      const image = await pushImage(meeting.registry, repository, 'attested');
      for (const type of Object.keys(predicates)) await attest(meeting, repository, image, type, format);
      for (const type of Object.keys(predicates)) {
        const { exitCode, output } = await verifyWith(meeting, 'ours.pub', type, repository, image, flags);
        expect({ type, exitCode, output }).toMatchObject({ exitCode: 0, output: expect.stringContaining('payload') });
      }
      expect((await verifyWith(meeting, 'stranger.pub', custom, repository, image, flags)).exitCode).not.toBe(0);
    });

    it('verifies what cosign attests, with its predicate', async () => {
      const { registry, directory, cosignMake, reference, signer, stranger } = meeting;
      const repository = `interop/attested-${format}`;
      const image = await pushImage(registry, repository, 'theirs');
      for (const type of ['vuln', custom]) {
        await writeFile(join(directory, 'predicate.json'), JSON.stringify(predicates[type]));
        const about = ['--predicate', 'predicate.json', '--type', type];
        expect(await cosignMake('attest', ...flags, ...about, reference(repository, image))).toMatchObject({
          exitCode: 0,
        });
      }
      const required = [
        {
          predicateType: parsePredicateType('vuln'),
          conditions: [{ path: 'scanner.result.counts.High', 'at-most': 0 }],
        },
        { predicateType: custom, conditions: [{ path: 'reviewed', equals: true }] },
      ].map((one) => ({ ...one, conditions: one.conditions.map((condition) => parseCondition(condition, 'test')) }));
      const place = { registry, repository, digest: image.digest, clock: systemClock };
      const by = ({ publicKeyPem }: { readonly publicKeyPem: string }) => keyPolicy(parsePublicKey(publicKeyPem));
      const expectedReference = `${registry.host}/${repository}`;
      const own = { ...place, policy: by(signer) };
      expect(await examineAttestations({ ...own, expectedReference }, required)).toMatchObject([
        { proved: [{ format }] },
        { proved: [{ format, predicate: { reviewed: true } }] },
      ]);
      const refused = (failure: string) => ({ proved: [], refused: [{ failure }] });
      expect(await examineAttestations({ ...place, policy: by(stranger) }, required)).toMatchObject([
        refused('another signer'),
        refused('another signer'),
      ]);
      expect(
        await examineAttestations({ ...own, expectedReference: `${registry.host}/interop/x` }, required),
      ).toMatchObject([refused('another repository'), refused('another repository')]);
    });

    it('adds to what cosign has attested, and cosign to what is there', async () => {
      const { registry, directory, cosignMake, reference, signer } = meeting;
      const repository = `interop/attest-both-${format}`;
      const image = await pushImage(registry, repository, 'both');
      await writeFile(join(directory, 'predicate.json'), '{"reviewed":"by cosign"}');
      const about = [...flags, '--predicate', 'predicate.json', '--type', custom, reference(repository, image)];
      await cosignMake('attest', ...about);
      await attest(meeting, repository, image, custom, format);
      await attest(meeting, repository, image, 'vuln', format);
      await cosignMake('attest', ...about);
      const policy = keyPolicy(parsePublicKey(signer.publicKeyPem));
      const place = { registry, repository, digest: image.digest, clock: systemClock, policy };
      const required = [{ predicateType: custom, conditions: [] }];
      const [examined] = await examineAttestations(place, required);
      expect(examined?.proved).toHaveLength(3);
      expect(await verifyWith(meeting, 'ours.pub', 'vuln', repository, image, flags)).toMatchObject({ exitCode: 0 });
    });
  });
}

async function attest(
  { registry, signer }: Meeting,
  repository: string,
  descriptor: Descriptor,
  type: string,
  format: SignatureFormat,
): Promise<void> {
  const predicateType = parsePredicateType(type);
  const subjects = [{ descriptor, predicate: predicates[type] ?? {} }];
  await attestDigests({ registry, repository, subjects, predicateType, signer, format, clock: systemClock });
}

function verifyWith(
  { cosign, cosignFlags, reference }: Meeting,
  key: string,
  type: string,
  repository: string,
  image: Descriptor,
  flags: readonly string[],
): ReturnType<Meeting['cosign']> {
  const offline = ['--insecure-ignore-tlog=true', ...cosignFlags, ...flags];
  return cosign('verify-attestation', '--key', key, '--type', type, ...offline, reference(repository, image));
}
