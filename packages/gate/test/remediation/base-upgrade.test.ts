import { type Digest, digestOf } from '@harbor-pilot/oci';
import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HarborUnderTest, harborUnderTest } from '../../../harbor/test/harbor-under-test.ts';
import { randomImage } from '../../../registry/test/images.ts';
import { baseUpgrade } from '../../src/remediation/base-upgrade.ts';
import { readBaseImages } from '../../src/remediation/read-base-images.ts';
import { waitForReport } from '../../src/wait-for-report.ts';
import { isReal, quickClock } from '../harbor-world.ts';

function judged(id: string, more: Partial<JudgedVulnerability> = {}): JudgedVulnerability {
  return {
    id,
    package: 'openssl',
    version: '1',
    severity: 'High',
    countedAs: 'High',
    outcome: 'refused',
    because: '',
    platforms: ['linux/amd64'],
    ...more,
  };
}

const named = (...ids: string[]) => ids.map((id) => ({ id, package: 'openssl' }));

describe('a newer base image', () => {
  const base = {
    name: 'h/cache/alpine',
    digest: 'sha256:old',
    tags: ['3.20'],
    vulnerabilities: named('CVE-1', 'CVE-2', 'CVE-3'),
  };
  const image = [judged('CVE-1'), judged('CVE-2', { outcome: 'allowed' }), judged('CVE-3'), judged('CVE-OWN')];
  const candidate = (digest: string, ...ids: string[]) => ({ digest, tags: [digest], vulnerabilities: named(...ids) });

  it('is the one that removes most refused vulnerabilities and brings fewest', () => {
    const candidates = [
      candidate('worse', 'CVE-1', 'CVE-2', 'CVE-3', 'CVE-9'),
      candidate('half', 'CVE-3'),
      candidate('brings', 'CVE-7'),
      candidate('best'),
      candidate('older'),
    ];
    expect(baseUpgrade(image, base, candidates)).toEqual({
      package: 'h/cache/alpine',
      from: '3.20@sha256:old',
      to: 'best@best',
      removes: ['CVE-1', 'CVE-2', 'CVE-3'],
      refused: 2,
      isFromBase: true,
    });
  });

  it('is none when none is better, or nothing is known to be from the base image', () => {
    expect(baseUpgrade(image, base, [])).toBeUndefined();
    expect(baseUpgrade(image, base, [candidate('sha256:old')])).toBeUndefined();
    expect(baseUpgrade(image, base, [candidate('same', 'CVE-1', 'CVE-2', 'CVE-3')])).toBeUndefined();
    expect(baseUpgrade(image, base, [candidate('trade', 'CVE-1', 'CVE-2', 'CVE-8')])).toBeUndefined();
    const unknown = { name: base.name, digest: base.digest };
    expect(baseUpgrade(image, unknown, [candidate('best')])).toBeUndefined();
  });

  it('is found by the layers, where they are known, whatever the report of the base image says', () => {
    const layers = new Set(['sha256:base']);
    const found = [
      judged('CVE-1', { layer: 'sha256:own' }),
      judged('CVE-9', { layer: 'sha256:base', aliases: ['GHSA-9'] }),
    ];
    expect(baseUpgrade(found, { ...base, layers }, [candidate('best')])).toMatchObject({
      removes: ['CVE-9'],
      refused: 1,
    });
    expect(baseUpgrade(found, { ...base, layers }, [candidate('other name', 'GHSA-9')])).toBeUndefined();
  });
});

// A real one finds what it finds.
const describeEmbedded = isReal ? describe.skip : describe;

describeEmbedded('base images in the embedded Harbor', () => {
  let world: HarborUnderTest;
  const project = `base-${Date.now().toString(36)}`;
  const repository = 'library/alpine';
  const digests: Digest[] = [];

  beforeAll(async () => {
    world = await harborUnderTest();
    const harbor = world.harbor();
    await harbor.ensureProject(project);
    for (const [place, tag] of ['3.20', '3.21', '3.22'].entries()) {
      const { root, source } = randomImage(1, 100);
      const { digest } = root.descriptor;
      const vulnerabilities = named('CVE-1', 'CVE-2').slice(place);
      const planted = vulnerabilities.map((one) => ({ ...one, version: '1', severity: 'High' as const }));
      world.control?.scriptScan({ repository: `${project}/${repository}`, digest, vulnerabilities: planted });
      await world.registry().pushImage(`${project}/${repository}`, root.descriptor, source, { tags: [tag] });
      digests.push(digest);
    }
    // The one in the middle has no report.
    for (const digest of digests.filter((_, place) => place !== 1)) {
      await harbor.startScan(project, repository, digest);
      await waitForReport({
        harbor,
        project,
        repository,
        digest,
        platforms: new Map(),
        timeoutSeconds: 60,
        clock: quickClock,
      });
    }
  });

  afterAll(() => world.close());

  const place = () => ({ harbor: world.harbor(), project, repository, platform: 'linux/amd64' });

  it('are those pushed after the present one that have a report', async () => {
    const [old = digestOf(''), , newest = ''] = digests;
    const { base, candidates } = await readBaseImages({ ...place(), digest: old });
    expect(base).toMatchObject({ name: `${world.host}/${project}/${repository}`, digest: old, tags: ['3.20'] });
    expect(candidates).toEqual([{ digest: newest, tags: ['3.22'], vulnerabilities: [] }]);
    expect(baseUpgrade([judged('CVE-1'), judged('CVE-2')], base, candidates)).toEqual({
      package: `${world.host}/${project}/${repository}`,
      from: `3.20@${old}`,
      to: `3.22@${newest}`,
      removes: ['CVE-1', 'CVE-2'],
      refused: 2,
      isFromBase: true,
    });
  });

  it('are none above the newest, of another platform, or where there is no repository', async () => {
    const [old = digestOf(''), , newest = digestOf('')] = digests;
    expect((await readBaseImages({ ...place(), digest: newest })).candidates).toEqual([]);
    expect((await readBaseImages({ ...place(), digest: old, platform: 'linux/s390x' })).candidates).toEqual([]);
    const nowhere = await readBaseImages({ ...place(), repository: 'library/none', digest: old });
    expect(nowhere).toMatchObject({ base: { digest: old }, candidates: [] });
  });
});
