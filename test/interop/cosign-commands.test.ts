import { exitCodeOf } from '@harbor-pilot/core';
import { describeWithPeers, privateSigstorePeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, it, jest } from '@jest/globals';
import type { Run } from '../e2e/run-process.ts';
import { type CommandStage, openCommandStage, type Place, placeNames } from './command-stage.ts';
import { pushImage } from './cosign-meeting.ts';
import { forms, signingOf } from './cosign-signers.ts';

// `npm run interop -- cosign` prints these cases as a table: what is between colon and semicolons are its columns.
jest.setTimeout(120_000);

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
    const prepare = async (name: string) => {
      const place = stage.places[placeName];
      const image = `${place.registry.host}/interop/${name}`;
      const { digest } = await pushImage(place.registry, `interop/${name}`, columns);
      return { ...stage, ...place, ...signingOf(signer, form, stage), image, reference: `${image}@${digest}` };
    };

    it(`cosign verifies what we sign: signature; ${columns}`, async () => {
      const our = await prepare('ours');
      const cosignVerifies = (flags: readonly string[]) =>
        our.cosign('verify', ...flags, ...our.cosignFlags, our.reference);
      const what = [`--image=${our.reference}`, `--format=${form}`];
      const signed = await our.harborPilot('sign', ...our.signs, ...our.weSign, ...what, ...our.ourFlags);
      assertEnds(signed, signExitCode(form, our));
      assertEnds(await cosignVerifies(our.trusts), 0);
      assertFails(await cosignVerifies(our.distrusts));
    });

    it(`we verify what cosign signs: signature; ${columns}`, async () => {
      const their = await prepare('theirs');
      const weVerify = (flags: readonly string[]) =>
        their.harborPilot('verify', ...flags, `--image=${their.reference}`, ...their.ourFlags);
      // In a bundle, cosign says nothing about the repository of its own accord.
      const what = ['-a', `docker-reference=${their.image}`, '--yes', their.reference];
      assertEnds(await their.cosign('sign', ...their.signs, ...their.cosignSigns, ...their.cosignFlags, ...what), 0);
      assertEnds(await weVerify(their.trusts), 0);
      assertEnds(await weVerify(their.distrusts), exitCodeOf('SIGNATURE_INVALID'));
    });
  }
});

/** Harbor 2.14 does not know bundles for signatures, which our command does not hide. */
function signExitCode(form: string, { name }: Place): number {
  return form === 'bundle' && name === 'Harbor 2.14' ? exitCodeOf('SIGNATURE_NOT_ACCEPTED') : 0;
}

function assertEnds({ exitCode, log }: Run, expected: number): void {
  if (exitCode !== expected) throw new Error(`ended with ${exitCode} instead of ${expected}:\n${log}`);
}

function assertFails({ exitCode, log }: Run): void {
  if (exitCode === 0) throw new Error(`did not fail:\n${log}`);
}
