import { type Clock, PilotError } from '@harbor-pilot/core';
import type { Accessory, Harbor } from '@harbor-pilot/harbor';
import { type Digest, digestOf } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { describe, expect, it } from '@jest/globals';
import { assertAcceptedByHarbor, type RefusedPull, type SignatureFormat, type SignedDigest } from '../src/index.ts';

const [a, b] = [digestOf('a'), digestOf('b')];
const signaturesOf = (digest: Digest, formats: readonly SignatureFormat[]): SignedDigest[] =>
  formats.map((format) => ({ digest, format, signatureDigest: digestOf(`${digest} ${format}`) }));

/** What Harbor lists each form as, after so many questions. */
type Types = Partial<Record<SignatureFormat, string>>;

function harborListing(types: Types, afterQuestions = 0): { harbor: Harbor; questions: () => number } {
  let questions = 0;
  const harbor = {
    version: async () => 'v2.14.4',
    accessories: async (_project, _repository, digest): Promise<readonly Accessory[]> => {
      questions += 1;
      if (questions <= afterQuestions) return [];
      return signaturesOf(digest, ['bundle', 'classic']).flatMap(({ format, signatureDigest }) => {
        const type = types[format];
        return type === undefined ? [] : [{ digest: signatureDigest, subjectDigest: digest, type }];
      });
    },
  } satisfies Partial<Harbor> as unknown as Harbor;
  return { harbor, questions: () => questions };
}

/** Gives everything out, or refuses one digest for a reason. */
function registryRefusing(refused?: Digest, reason = ''): Registry {
  const resolve: Registry['resolve'] = async (_repository, digest) => {
    if (digest === refused) throw new PilotError('PULL_REFUSED', reason);
    return { mediaType: '', digest: digest as Digest, size: 0 };
  };
  return { resolve } satisfies Partial<Registry> as unknown as Registry;
}

function fakeClock(): Clock {
  let now = 0;
  return {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

const ask = async (
  harbor: Harbor,
  formats: readonly SignatureFormat[] = ['bundle'],
  puller = registryRefusing(),
): Promise<readonly RefusedPull[]> =>
  assertAcceptedByHarbor({
    harbor,
    puller,
    project: 'shop',
    repository: 'app',
    signed: [a, b].flatMap((digest) => signaturesOf(digest, formats)),
    clock: fakeClock(),
    timeoutSeconds: 5,
  });

describe('acceptance by Harbor', () => {
  it('is there when every signature is listed', async () => {
    const { harbor, questions } = harborListing({ bundle: 'signature.cosign' });
    await expect(ask(harbor)).resolves.toEqual([]);
    expect(questions()).toBe(2);
  });

  it('may come a little later', async () => {
    await expect(ask(harborListing({ bundle: 'signature.cosign' }, 4).harbor)).resolves.toEqual([]);
  });

  it('is there when one of both forms counts, whichever is listed first', async () => {
    const types = { bundle: 'subject.accessory', classic: 'signature.cosign' };
    await expect(ask(harborListing(types).harbor, ['classic', 'bundle'])).resolves.toEqual([]);
  });

  it('is refused at once when Harbor takes the signature for something else', async () => {
    const { harbor, questions } = harborListing({ bundle: 'subject.accessory' });
    await expect(ask(harbor)).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      message: expect.stringContaining('Harbor v2.14.4 lists it as "subject.accessory"') as unknown,
      hint: expect.stringContaining('"classic"') as unknown,
    });
    expect(questions()).toBe(2);
  });

  it.each([[['classic']], [['classic', 'bundle']]] as const)(
    'of %j is refused when the time is over',
    async (forms) => {
      const { harbor } = harborListing({ bundle: 'subject.accessory' });
      await expect(ask(harbor, forms)).rejects.toMatchObject({
        code: 'SIGNATURE_NOT_ACCEPTED',
        hint: expect.stringContaining("Harbor's core") as unknown,
      });
    },
  );
});

describe('a pull after signing', () => {
  const { harbor } = harborListing({ bundle: 'signature.cosign' });

  it.each([
    ['cosign', 'look for a cache'],
    ['notation', 'notation sign'],
  ])('that is refused for a signature of %s says what to do', async (tool, hint) => {
    const puller = registryRefusing(b, `cannot read it: The image is not signed by ${tool}.`);
    await expect(ask(harbor, ['bundle'], puller)).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      message: expect.stringContaining(b) as unknown,
      hint: expect.stringContaining(hint) as unknown,
    });
  });

  it('that is refused for a scan is told', async () => {
    const reason = 'current image without vulnerability scanning cannot be pulled';
    await expect(ask(harbor, ['bundle'], registryRefusing(b, reason))).resolves.toEqual([{ digest: b, reason }]);
  });
});
