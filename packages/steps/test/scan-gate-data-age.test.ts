import type { ScanOverview } from '@harbor-pilot/harbor';
import { mediaTypes } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import { expect, it } from '@jest/globals';
import { fakeClock, fakeHarbor, imageDigest } from '../../gate/test/fakes.ts';
import type { Connection } from '../src/connect.ts';
import type { GateValues } from '../src/scan-gate/policy.ts';
import { scan } from '../src/scan-gate/scanned.ts';

const data = new Date('2026-02-02');
const scanOf = (day: string): ScanOverview => ({ status: 'Success', reportId: day, endedAt: new Date(day) });

/** Scans an image of which Harbor has a scan already, with a scanner whose data are of the second of February. */
async function scanAgain(values: Partial<GateValues>) {
  const fake = fakeHarbor({ [imageDigest]: { states: [scanOf('2026-02-01')], afterStart: [[scanOf('2026-02-03')]] } });
  const harbor = Object.assign(fake.harbor, { scannerDataUpdatedAt: async () => data });
  const connection = { harbor, project: 'shop', name: 'app' } as unknown as Connection;
  const runtime = { clock: fakeClock(), signal: new AbortController().signal, info: () => {} } as unknown as Runtime;
  const all = { scanSource: 'harbor', scanTimeout: 60, ...values } as GateValues;
  const tree = { root: { mediaType: mediaTypes.ociManifest, digest: imageDigest, size: 1 }, children: [] };
  const { source } = await scan(all, tree, connection, runtime);
  return { source, started: fake.started.length };
}

it('scans anew what was scanned with older data than the scanner has now, where their age counts', async () => {
  const { source, started } = await scanAgain({ maxDataAge: 86_400 });
  expect(started).toBe(1);
  expect(source).toMatchObject({ scannedAt: '2026-02-03T00:00:00.000Z', dataUpdatedAt: data.toISOString() });
});

it('takes a scan as it is where nobody asks for its age', async () => {
  const { source, started } = await scanAgain({});
  expect([started, source.scannedAt, source.dataUpdatedAt]).toEqual([0, '2026-02-01T00:00:00.000Z', undefined]);
});
