import { PilotError } from '@harbor-pilot/core';
import { digestOf, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { ensureSbom } from '../src/sbom/ensure-sbom.ts';
import { type FakeArtifact, type FakeScanner, fakeClock, fakeHarbor, healthyScanner, imageDigest } from './fakes.ts';

const [amd64, arm64, sbomDigest] = [digestOf('amd64'), digestOf('arm64'), digestOf('a bill of materials')];
const made = { status: 'Success', sbomDigest } as const;

function setUp(artifacts: Readonly<Record<string, FakeArtifact>>, scanner?: FakeScanner) {
  const fake = fakeHarbor(artifacts, scanner);
  const clock = fakeClock();
  const options = { harbor: fake.harbor, project: 'acme', repository: 'app', digest: imageDigest, clock };
  return { ...fake, clock, ensure: () => ensureSbom({ ...options, timeoutSeconds: 100 }) };
}

describe('a bill of materials', () => {
  it('is read where there is one', async () => {
    const { ensure, requests } = setUp({ [imageDigest]: { states: [made] } });
    expect(await ensure()).toEqual([
      {
        digest: imageDigest,
        sbomDigest,
        platform: imageDigest.slice(0, 19),
        document: { spdxVersion: 'SPDX-2.3', name: sbomDigest },
        packageCount: 0,
      },
    ]);
    expect(requests).toEqual(['look', 'read']);
  });

  it('is asked for where there is none, and waited for like any scan', async () => {
    const { ensure, requests } = setUp({
      [imageDigest]: { afterStart: [[{}, { status: 'Pending' }, { status: 'Running' }, made]] },
    });
    expect(await ensure()).toHaveLength(1);
    expect(requests.filter((request) => request === 'start')).toHaveLength(1);
  });

  it('is asked for again once when making it fails', async () => {
    const failed = { status: 'Error', reportId: 'r0' } as const;
    const once = setUp({ [imageDigest]: { states: [failed], afterStart: [[made]] } });
    expect(await once.ensure()).toHaveLength(1);
    const twice = setUp({ [imageDigest]: { states: [failed], afterStart: [[{ ...failed, reportId: 'r1' }]] } });
    await expect(twice.ensure()).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining('bill of materials'),
    });
  });

  it('is SCAN_NO_SCANNER from a scanner that makes none', async () => {
    const start = new PilotError('SCAN_NO_SCANNER', 'the configured scanner Stub does not support scanning artifact');
    const { ensure, clock } = setUp({ [imageDigest]: { start: [start] } });
    await expect(ensure()).rejects.toMatchObject({
      code: 'SCAN_NO_SCANNER',
      exitCode: 8,
      message: expect.stringContaining('does not make bills of materials'),
    });
    expect(clock.pausesSeconds.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(60);
  });

  it('is SCAN_NO_SCANNER soon where Harbor breaks because its scanner makes none', async () => {
    const broken = new PilotError('HARBOR_UNAVAILABLE', 'cannot scan it: it answered 500');
    const outcome = async (makesSboms: boolean) => {
      const { ensure, clock } = setUp({ [imageDigest]: { start: [broken] } }, [{ ...healthyScanner, makesSboms }]);
      const error = await ensure().catch((thrown: unknown) => thrown);
      return [(error as PilotError).code, clock.pausesSeconds.reduce((sum, pause) => sum + pause, 0) < 10];
    };
    expect(await outcome(false)).toEqual(['SCAN_NO_SCANNER', true]);
    expect(await outcome(true)).toEqual(['SCAN_UNFINISHED', false]);
  });

  it('is one of each child of an index', async () => {
    const { ensure } = setUp({
      [imageDigest]: { mediaType: mediaTypes.ociIndex, children: [amd64, arm64] },
      [amd64]: { states: [made] },
      [arm64]: { afterStart: [[made]] },
    });
    expect((await ensure()).map(({ digest }) => digest)).toEqual([amd64, arm64]);
  });
});
