import { randomUUID } from 'node:crypto';
import { exitCodeOf } from '@harbor-pilot/core';
import { describeWithPeers, privateSigstorePeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, it, jest } from '@jest/globals';
import type { Run } from '../e2e/run-process.ts';
import { type CommandStage, openCommandStage } from './command-stage.ts';
import { pushImage } from './cosign-meeting.ts';
import { asCosign, type Form, forms, type SignerName, signingOf } from './cosign-signers.ts';
import { placeNames, project } from './places.ts';

// `npm run interop -- cosign` prints these cases as a table: what is between colon and semicolons are its columns.
jest.setTimeout(120_000);

const predicateType = 'https://example.com/verdict/v1';

/** With and without a key at each registry; what differs in the services alone, at one. */
const cases = placeNames.flatMap((place) =>
  forms.flatMap((form) => {
    const others = form === 'bundle' ? (['key and log', 'keyless, Rekor 1'] as const) : (['key and log'] as const);
    const signers = ['key', 'keyless', ...(place === 'distribution' ? others : [])] as const;
    return signers.map((signer) => [form, signer, place] as const);
  }),
);

describeWithPeers('cosign and our commands', ['cosign', 'distribution', ...privateSigstorePeers], (paths) => {
  let stage: CommandStage;
  beforeAll(async () => {
    stage = await openCommandStage(paths);
  });
  afterAll(async () => stage?.close());

  for (const [form, signer, placeName] of cases) {
    const columns = `${form}; ${signer}; ${placeName}`;
    const image = (name: string) => once(() => prepare(stage, name, form, signer, placeName));
    const [ours, theirs] = [image('ours'), image('theirs')];

    it(`cosign verifies what we make: signature; ${columns}`, async () => {
      const { weMake, cosignVerifies, takesBundles, trusts, distrusts } = await ours();
      // Where Harbor does not take it for a signature, that is an error of ours; it is there nevertheless.
      assertEnds(await weMake('sign'), form === 'bundle' && !takesBundles ? exitCodeOf('SIGNATURE_NOT_ACCEPTED') : 0);
      assertEnds(await cosignVerifies('verify', trusts), 0);
      assertFails(await cosignVerifies('verify', distrusts));
    });

    it(`cosign verifies what we make: attestation; ${columns}`, async () => {
      const { weMake, cosignVerifies, predicate, trusts, distrusts } = await ours();
      assertEnds(await weMake('attest', predicate), 0);
      assertEnds(await cosignVerifies('verify-attestation', [`--type=${predicateType}`, ...trusts]), 0);
      assertFails(await cosignVerifies('verify-attestation', [`--type=${predicateType}`, ...distrusts]));
    });

    it(`we verify what cosign makes: signature; ${columns}`, async () => {
      const { cosignMakes, weVerify, repository, trusts, distrusts } = await theirs();
      assertEnds(await cosignMakes('sign', repository), 0);
      assertEnds(await weVerify(trusts), 0);
      assertEnds(await weVerify(distrusts), exitCodeOf('SIGNATURE_INVALID'));
    });

    it(`we verify what cosign makes: attestation; ${columns}`, async () => {
      const { cosignMakes, weVerify, predicate, trusts } = await theirs();
      const required = [...trusts, `--require-attestations=${predicateType}`];
      assertEnds(await weVerify(required), exitCodeOf('ATTESTATION_MISSING'));
      assertEnds(await cosignMakes('attest', predicate), 0);
      assertEnds(await weVerify(required), 0);
    });
  }
});

/** An image, and both programs with the flags for it, for its registry and for who signs. */
async function prepare(stage: CommandStage, name: string, form: Form, signer: SignerName, placeName: string) {
  const { cosign, harborPilot, inFolder } = stage;
  const { registry, cosignFlags, ourFlags, takesBundles } = stage.place(placeName);
  const { signs, weSign, cosignSigns, trusts, distrusts } = signingOf(signer, form, stage);
  const { digest } = await pushImage(registry, `${project}/${name}`, randomUUID());
  const image = `${registry.host}/${project}/${name}`;
  const ours = [`--image=${image}@${digest}`, ...ourFlags];
  const theirs = [...cosignFlags, `${image}@${digest}`];
  return {
    takesBundles,
    trusts,
    distrusts,
    // In a bundle, cosign says nothing about the repository of its own accord.
    repository: ['-a', `docker-reference=${image}`],
    predicate: [`--predicate=${inFolder('predicate.json')}`, `--type=${predicateType}`],
    weMake: (command: 'sign' | 'attest', flags: readonly string[] = []) =>
      harborPilot(command, ...signs, ...weSign, `--format=${form}`, ...flags, ...ours),
    weVerify: (flags: readonly string[]) => harborPilot('verify', ...flags, ...ours),
    cosignMakes: (command: 'sign' | 'attest', flags: readonly string[]) =>
      cosign(command, '--yes', ...signs, ...cosignSigns, ...flags, ...theirs),
    cosignVerifies: (command: 'verify' | 'verify-attestation', flags: readonly string[]) =>
      cosign(command, ...asCosign(flags), ...theirs),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function assertEnds({ exitCode, log }: Run, expected: number): void {
  if (exitCode !== expected) throw new Error(`ended with ${exitCode} instead of ${expected}:\n${log}`);
}

function assertFails({ exitCode, log }: Run): void {
  if (exitCode === 0) throw new Error(`did not fail:\n${log}`);
}
