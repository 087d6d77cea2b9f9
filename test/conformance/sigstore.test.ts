import { describe, expect, it } from '@jest/globals';
import { casesOf, copiedAssets, mustFail, type Naming, sigstoreAssets, verifyCase } from './sigstore-cases.ts';

const namings: readonly Naming[] = ['path', 'digest'];
const isComplete = casesOf(sigstoreAssets).length > 0;
const assets = isComplete ? sigstoreAssets : copiedAssets;
const rows = casesOf(assets).flatMap((name) =>
  namings.map((naming) => ({ title: `${name} by ${naming}`, name, naming })),
);

if (!isComplete) {
  describe.skip('all cases of sigstore-conformance, not only those in the repository (needs ../shared/data)', () => {
    it('are there', () => {});
  });
}

describe('verifying the cases of sigstore-conformance', () => {
  it.each(rows)('$title', async ({ name, naming }) => {
    const result = await verifyCase(assets, name, naming);
    expect({ isRefused: 'failure' in result, result }).toMatchObject({ isRefused: mustFail(name) });
  });
});
