import type { Clock } from '@harbor-pilot/core';
import type { Accessory, Harbor } from '@harbor-pilot/harbor';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { assertAcceptedByHarbor, type SignatureFormat } from '../src/index.ts';

const signed = ['a', 'b'].map((name) => ({ digest: digestOf(name), signatureDigest: digestOf(`${name} signed`) }));

/** A Harbor that lists the signatures as this type after so many questions. */
function harborListing(type: string, afterQuestions = 0): { harbor: Harbor; questions: () => number } {
  let questions = 0;
  const harbor = {
    version: async () => 'v2.14.4',
    accessories: async (_project, _repository, digest): Promise<readonly Accessory[]> => {
      questions += 1;
      if (questions <= afterQuestions) return [];
      return signed
        .filter((one) => one.digest === digest)
        .map((one) => ({ digest: one.signatureDigest, subjectDigest: digest, type }));
    },
  } satisfies Partial<Harbor> as unknown as Harbor;
  return { harbor, questions: () => questions };
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

const ask = async (harbor: Harbor, format: SignatureFormat = 'bundle') =>
  assertAcceptedByHarbor({
    harbor,
    project: 'shop',
    repository: 'app',
    signed,
    format,
    clock: fakeClock(),
    timeoutSeconds: 5,
  });

describe('acceptance by Harbor', () => {
  it('is there when every signature is listed', async () => {
    const { harbor, questions } = harborListing('signature.cosign');
    await expect(ask(harbor)).resolves.toBeUndefined();
    expect(questions()).toBe(2);
  });

  it('may come a little later', async () => {
    await expect(ask(harborListing('signature.cosign', 4).harbor)).resolves.toBeUndefined();
  });

  it('is refused at once when Harbor takes the signature for something else', async () => {
    const { harbor, questions } = harborListing('subject.accessory');
    await expect(ask(harbor)).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      message: expect.stringContaining('Harbor v2.14.4 lists it as "subject.accessory"') as unknown,
      hint: expect.stringContaining('"classic"') as unknown,
    });
    expect(questions()).toBe(1);
  });

  it('is refused when the time is over', async () => {
    const { harbor, questions } = harborListing('signature.cosign', 1000);
    await expect(ask(harbor, 'classic')).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      message: expect.stringContaining('does not list the signature') as unknown,
    });
    expect(questions()).toBe(11);
  });
});
