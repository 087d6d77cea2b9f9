import { type Digest, digestOf, formatIndex, mediaTypes } from '@harbor-pilot/oci';
import type { HarborVerdict } from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { predictHarborVerdict, waitForReport } from '../src/index.ts';
import {
  type HarborWorld,
  harborWorld,
  isReal,
  isScannable,
  type PushedImage,
  planted,
  quickClock,
} from './harbor-world.ts';

const highMetadata = { prevent_vul: 'true', severity: 'high' };
const signature = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';

let world: HarborWorld;

beforeAll(async () => {
  world = await harborWorld();
}, 30_000);
afterAll(() => world?.close());

/** Scans through Harbor, and gives what the gate would pass on. */
function scan(image: PushedImage, on = world) {
  return waitForReport({ ...image, harbor: on.harbor, timeoutSeconds: 600, clock: quickClock });
}

/** The prediction, and whether all that a client pulls is really given out. */
async function predictAndPull(image: PushedImage, on = world, harbor = on.harbor): Promise<[HarborVerdict, boolean]> {
  const own = { verdict: 'passed', vulnerabilities: [] } as const;
  const verdict = await predictHarborVerdict({ ...image, harbor, own, clock: quickClock });
  const digests: Digest[] = [image.digest, ...image.platforms.keys()];
  const given = await Promise.all(digests.map((digest) => on.isPullable(image, digest)));
  return [verdict, given.every(Boolean)];
}

async function expectVerdict(image: PushedImage, pull: 'allowed' | 'refused', reason: RegExp, on = world) {
  const [verdict, isGiven] = await predictAndPull(image, on);
  expect([verdict.pull, verdict.reasons.join(' ')]).toEqual([pull, expect.stringMatching(reason)]);
  expect(isGiven).toBe(pull === 'allowed');
}

describe('what Harbor says to a pull, predicted and tried, with any Harbor', () => {
  it('allows all where no policy is on', async () => {
    await expectVerdict(await world.push(await world.project()), 'allowed', /no policy/);
  });

  it('refuses what was not scanned, and allows it when a scan finds nothing', async () => {
    const image = await world.push(await world.project(highMetadata));
    await expectVerdict(image, 'refused', /not scanned/);
    await scan(image);
    await expectVerdict(image, 'allowed', /high severity/);
  });

  it('refuses what is not signed, and takes any signature for good', async () => {
    const image = await world.push(await world.project({ enable_content_trust_cosign: 'true' }));
    await expectVerdict(image, 'refused', /no signature of cosign/);
    await world.attach(image, signature);
    await expectVerdict(image, 'allowed', /signature of cosign/);
  });

  it('refuses the images of an index of which the index alone is signed', async () => {
    const index = await world.push(await world.project({ enable_content_trust_cosign: 'true' }), 'index');
    await world.attach(index, signature);
    await expectVerdict(index, 'refused', /The index is given out, but.*linux\/amd64 has no signature/i);
  });
});

(isScannable ? describe : describe.skip)('what Harbor says to a pull, predicted and tried', () => {
  let project: string;

  beforeAll(async () => {
    project = await world.project(highMetadata);
  });
  beforeEach(async () => {
    await world.scanner.reset();
  });

  async function scanned(vulnerabilities: ReturnType<typeof planted>[], into = project): Promise<PushedImage> {
    const image = await world.push(into);
    world.plant(image, { vulnerabilities });
    await scan(image);
    return image;
  }

  it.each([
    ['high', ['High'], 'refused'],
    ['high', ['Medium', 'Low'], 'allowed'],
    ['high', ['Unknown'], 'allowed'],
    ['critical', ['High'], 'allowed'],
    ['low', ['Negligible', 'Unknown'], 'allowed'],
    ['low', ['Low'], 'refused'],
    ['none', ['Negligible'], 'refused'],
    ['none', ['Unknown'], 'refused'],
  ] as const)('with the level %s and %j: %s', async (severity, found, pull) => {
    const into = severity === 'high' ? project : await world.project({ prevent_vul: 'true', severity });
    const image = await scanned(
      found.map((one) => planted(one)),
      into,
    );
    await expectVerdict(image, pull, /./);
  });

  it('lets through what is on the list of the project, until it ends', async () => {
    const image = await scanned([planted('Critical', 'CVE-2099-1')]);
    const allow = (expires_at?: number) =>
      world.put(`/projects/${project}`, {
        metadata: { ...highMetadata, reuse_sys_cve_allowlist: 'false' },
        cve_allowlist: { items: [{ cve_id: 'CVE-2099-1' }], ...(expires_at === undefined ? {} : { expires_at }) },
      });
    await allow();
    await expectVerdict(image, 'allowed', /that Harbor counts/);
    await allow(1_000_000_000);
    await expectVerdict(image, 'refused', /CVE-2099-1 .*The CVE allowlist of the project .* ended on 2001-09-09/);
  });

  it.each([
    [{ prevent_vul: 'True', severity: 'high' }, /not scanned/],
    [{ prevent_vul: '1', severity: 'HIGH' }, /not scanned/],
    [{ enable_content_trust_cosign: 'TRUE' }, /no signature of cosign/],
  ])('refuses by settings as scripts write them: %j', async (metadata, reason) => {
    await expectVerdict(await world.push(await world.project(metadata)), 'refused', reason);
  });

  it('goes by the list of the project, in whatever words it is told not to go by that of the system', async () => {
    const into = await world.project(highMetadata);
    const image = await scanned([planted('Critical', 'CVE-2099-3')], into);
    const metadata = { ...highMetadata, reuse_sys_cve_allowlist: 'False' };
    await world.put(`/projects/${into}`, { metadata, cve_allowlist: { items: [{ cve_id: 'CVE-2099-3' }] } });
    await expectVerdict(image, 'allowed', /that Harbor counts/);
  });

  it('lets through what is on the list of the system', async () => {
    const into = await world.project(highMetadata);
    const image = await scanned([planted('Critical', 'CVE-2099-2')], into);
    await expectVerdict(image, 'refused', /CVE-2099-2/);
    const { ids, expiresAt } = await world.harbor.systemAllowlist();
    const allow = (allowed: readonly string[]) =>
      world.put('/system/CVEAllowlist', {
        items: allowed.map((cve_id) => ({ cve_id })),
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt.getTime() / 1000 }),
      });
    await allow([...ids, 'CVE-2099-2']);
    try {
      await expectVerdict(image, 'allowed', /that Harbor counts/);
    } finally {
      await allow([...ids]);
    }
  });

  it('refuses what failed to be scanned, and what is being scanned', async () => {
    const failed = await world.push(project);
    world.plant(failed, { failure: 'no database' });
    await expect(scan(failed)).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    await expectVerdict(failed, 'refused', /in the state Error/);
    const slow = await world.push(project);
    world.plant(slow, { delaySeconds: 3600 });
    await world.harbor.startScan(slow.project, slow.repository, slow.digest);
    await expectVerdict(slow, 'refused', /in the state (Pending|Running)/);
    await world.post(`/projects/${project}/repositories/${slow.repository}/artifacts/v1/scan/stop`, {
      scan_type: 'vulnerability',
    });
    await expectVerdict(slow, 'refused', /in the state Stopped/);
  });

  it('gives out a scanned index, but not the child that is vulnerable', async () => {
    const index = await world.push(project, 'index');
    await expectVerdict(index, 'refused', /The index was not scanned/);
    const [bad = index.digest] = index.platforms.keys();
    world.plant(index, { vulnerabilities: [] });
    world.plant(index, { digest: bad, vulnerabilities: [planted('Critical')] });
    await scan(index);
    await expectVerdict(index, 'refused', /^The index is given out, but .*linux\/amd64 has CVE-Critical/);
    expect(await world.isPullable(index)).toBe(true);
  });

  it('gives out an index while it is scanned, but not the images in it', async () => {
    const index = await world.push(project, 'index');
    world.plant(index, { delaySeconds: 3600 });
    await world.harbor.startScan(index.project, index.repository, index.digest);
    await expectVerdict(index, 'refused', /^The index is given out, but .* scan of linux\/amd64 is in the state/);
    expect(await world.isPullable(index)).toBe(true);
  });

  it('looks at the images of an index in an index', async () => {
    const inner = await world.push(project, 'index');
    const [bad = inner.digest] = inner.platforms.keys();
    const outer = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [inner.descriptor] });
    await world.registry().pushManifest(`${project}/${inner.repository}`, outer, 'outer');
    world.plant(inner, { vulnerabilities: [] });
    world.plant(inner, { digest: bad, vulnerabilities: [planted('Critical')] });
    const image = { ...inner, ...outer, digest: outer.descriptor.digest };
    await scan(image);
    await expectVerdict(image, 'refused', /^The index is given out, but .*linux\/amd64 has CVE-Critical/);
    expect([await world.isPullable(image), await world.isPullable(inner)]).toEqual([true, true]);
  });

  it('lets everything through without a scanner, and what it does not know while the scanner is ill', async () => {
    const fresh = await world.push(project);
    const bad = await scanned([planted('Critical')]);
    const failed = await world.push(project);
    world.plant(failed, { failure: 'no database' });
    await expect(scan(failed)).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    await world.scanner.become('unhealthy');
    await expectVerdict(fresh, 'allowed', /no scanner that answers/);
    await expectVerdict(bad, 'refused', /CVE-Critical/);
    // Harbor hides that it has tried.
    const [{ reasons }, isGiven] = await predictAndPull(failed);
    expect([reasons.join(), isGiven]).toEqual([
      expect.stringMatching(/if a scan of it has failed it is refused/),
      false,
    ]);
    await world.scanner.become('absent');
    await expectVerdict(fresh, 'allowed', /what it does not know\.$/);
    await expectVerdict(bad, 'allowed', /no scanner that answers/);
    await world.scanner.become('healthy');
    await expectVerdict(bad, 'refused', /not scanned/);
  });

  it('takes an attestation for a signature', async () => {
    const image = await world.push(await world.project({ enable_content_trust_cosign: 'true' }));
    await world.attach(image, bundle);
    await expectVerdict(image, 'allowed', /signature of cosign/);
  });

  it('is known to a robot account that may not ask for the scanner, as far as it sees', async () => {
    const bad = await scanned([planted('Critical')]);
    const robot = world.as(await world.robot(project, 'artifact:read', 'artifact-addition:read'));
    expect((await predictAndPull(bad, world, robot))[0].pull).toBe('refused');
    await world.scanner.become('unhealthy');
    const [verdict] = await predictAndPull(bad, world, robot);
    expect(verdict).toMatchObject({ pull: 'unknown', reasons: [expect.stringContaining('may not see')] });
  });

  it('is not known to who is told nothing of the project, or may not read the image', async () => {
    const image = await world.push(project);
    const stranger = world.as(await world.robot(await world.project(), 'artifact:read'));
    const [verdict] = await predictAndPull(image, world, stranger);
    expect(verdict).toMatchObject({ pull: 'unknown', reasons: [expect.stringContaining(project)], differences: [] });
    const blind = world.as(await world.robot(project, 'repository:pull'));
    const [other] = await predictAndPull(image, world, blind);
    expect(other).toMatchObject({ pull: 'unknown', reasons: [expect.stringContaining('artifact')] });
  });

  it('is not known of what is not there', async () => {
    const image = { ...(await world.push(project)), digest: digestOf('nothing') };
    const own = { verdict: 'passed', vulnerabilities: [] } as const;
    expect((await predictHarborVerdict({ ...image, harbor: world.harbor, own })).pull).toBe('unknown');
  });
});

(isReal ? describe.skip : describe)('what Harbor 2.12 says to a pull', () => {
  it('lets through also what is known to be bad while the scanner is ill', async () => {
    const old = await harborWorld('2.12');
    try {
      const image = await old.push(await old.project(highMetadata));
      old.plant(image, { vulnerabilities: [planted('Critical')] });
      await scan(image, old);
      await expectVerdict(image, 'refused', /CVE-Critical/, old);
      old.control.setScanner('unhealthy');
      await expectVerdict(image, 'allowed', /no scanner that answers/, old);
      const signed = await old.push(await old.project({ enable_content_trust_cosign: 'true' }));
      await old.attach(signed, bundle);
      await expectVerdict(signed, 'refused', /no signature of cosign/, old);
    } finally {
      await old.close();
    }
  }, 20_000);
});
