import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { planSigning, wantsSigning } from '../src/sign/plan.ts';
import { captureRuntime } from './runtime.ts';
import { signingValues } from './signing-values.ts';

const values = {
  ...signingValues,
  key: 'env://KEY',
  format: 'auto',
  annotations: [] as readonly string[],
  recursive: true,
} as const;

describe('the plan of signing', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const runtime = captureRuntime('/', { KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });

  it('has the texts to sign, which may have the sign in them that parts them', async () => {
    const plan = await planSigning({ ...values, annotations: ['stage=test', 'query=a=b', 'empty='] }, runtime);
    expect(plan.annotations).toEqual({ stage: 'test', query: 'a=b', empty: '' });
    const { certificate, witnesses, witnessedBy } = await plan.open();
    expect([certificate, witnesses, witnessedBy('bundle')]).toEqual([undefined, [], []]);
  });

  it.each([['stage'], ['=test'], ['docker-reference=harbor.example.com/other/app']])(
    'refuses the text %j',
    async (annotation) => {
      await expect(planSigning({ ...values, annotations: [annotation] }, runtime)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
    },
  );

  it('is wanted where anything says who signs', () => {
    const nobody = { ...values, key: undefined };
    expect(wantsSigning(nobody)).toBe(false);
    expect(wantsSigning(values)).toBe(true);
    expect(wantsSigning({ ...nobody, signerCommand: ['sign'] })).toBe(true);
    expect(wantsSigning({ ...nobody, keyless: true })).toBe(true);
    expect(wantsSigning({ ...nobody, identityToken: 'env://TOKEN' })).toBe(true);
  });
});
