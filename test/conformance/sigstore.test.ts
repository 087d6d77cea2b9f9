import { describe, expect, it } from '@jest/globals';
import { casesOf, mustFail, type Naming, sigstoreAssets, verifyCase } from './sigstore-cases.ts';

const namings: readonly Naming[] = ['path', 'digest'];
const cases = casesOf(sigstoreAssets);
const rows = cases.flatMap((name) => namings.map((naming) => ({ title: `${name} by ${naming}`, name, naming })));

const title = 'verifying the cases of sigstore-conformance';
if (rows.length === 0)
  describe.skip(`${title} (needs ../shared/data/sigstore-conformance-assets)`, () => it('', () => {}));
else {
  describe(title, () => {
    it.each(rows)('$title', async ({ name, naming }) => {
      const result = await verifyCase(sigstoreAssets, name, naming);
      expect({ isRefused: 'failure' in result, result }).toMatchObject({ isRefused: mustFail(name) });
    });
  });
}
