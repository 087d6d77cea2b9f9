import { PilotError } from '@harbor-pilot/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureSbom, type ScannedImage, type ScanProgress, type WaitOptions, waitForReport } from '../src/index.ts';
import {
  type HarborWorld,
  harborWorld,
  isReal,
  isScannable,
  type PushedImage,
  planted,
  quickClock,
} from './harbor-world.ts';

let world: HarborWorld;

beforeAll(async () => {
  world = await harborWorld();
}, 30_000);
afterAll(() => world?.close());

interface Outcome {
  readonly scanned?: ScannedImage;
  readonly error?: unknown;
  readonly states: readonly ScanProgress['status'][];
  readonly seen: readonly ScanProgress[];
}

/** Waits, and tells what it saw besides how it ended. */
async function wait(image: PushedImage, options: Partial<WaitOptions> = {}): Promise<Outcome> {
  const seen: ScanProgress[] = [];
  const progress = (state: ScanProgress): void => {
    seen.push(state);
    options.progress?.(state);
  };
  const all = { ...image, harbor: world.harbor, timeoutSeconds: 600, clock: quickClock, ...options, progress };
  const outcome = await waitForReport(all).then(
    (scanned) => ({ scanned }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, states: seen.map(({ status }) => status), seen };
}

const codeOf = ({ error }: Outcome): string => {
  if (error instanceof PilotError) return error.code;
  throw error ?? new Error('it did not fail');
};

const gateRights = ['artifact:read', 'scan:create', 'artifact-addition:read'];

describe('a wait for any Harbor', () => {
  it('asks for the scan of an image that has none, and reads its report', async () => {
    const image = await world.push(await world.project());
    const { scanned, seen } = await wait(image);
    expect(scanned).toMatchObject({ digest: image.digest, scanner: expect.any(String), vulnerabilities: [] });
    expect(seen.at(-1)).toMatchObject({ status: 'Success', finished: 1, total: 1 });
    expect((await wait(image)).states).toEqual(['Success']);
  });

  it('waits for the scan of a push', async () => {
    const image = await world.push(await world.project({ auto_scan: 'true' }));
    const { scanned, states } = await wait(image);
    expect([scanned?.digest, states.at(-1)]).toEqual([image.digest, 'Success']);
  });

  it('covers all images of an index, as a robot account with the fewest rights', async () => {
    const project = await world.project();
    const index = await world.push(project, 'index');
    const robot = world.as(await world.robot(project, ...gateRights));
    const { scanned } = await wait(index, { harbor: robot });
    expect(scanned?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect([...(scanned?.platformDigests.values() ?? [])]).toEqual([...index.platforms.keys()]);
  });

  it.each(gateRights)('names the right that a robot account lacks: %s', async (right) => {
    const project = await world.project();
    const rest = gateRights.filter((one) => one !== right);
    const { error } = await wait(await world.push(project), { harbor: world.as(await world.robot(project, ...rest)) });
    expect(error).toMatchObject({ code: 'AUTH_DENIED', hint: expect.stringContaining(right.replace(':', ': ')) });
  });
});

(isScannable ? describe : describe.skip)('a wait for a Harbor in each state', () => {
  let project: string;
  let image: PushedImage;
  const at = (name: ScanProgress['status'], act: () => unknown) => {
    let isDone = false;
    return ({ status }: ScanProgress) => {
      if (status !== name || isDone) return;
      isDone = true;
      void act();
    };
  };
  const stop = () =>
    world.post(`/projects/${project}/repositories/${image.repository}/artifacts/v1/scan/stop`, {
      scan_type: 'vulnerability',
    });

  beforeAll(async () => {
    project = await world.project();
  });
  beforeEach(async () => {
    await world.scanner.reset();
    image = await world.push(project);
  });

  it('tells the states of a slow scan, and joins one that runs', async () => {
    world.plant(image, { delaySeconds: 1, vulnerabilities: [planted('High')] });
    await world.harbor.startScan(project, image.repository, image.digest);
    const { scanned, states } = await wait(image);
    expect(states).toContain('Running');
    expect(scanned?.vulnerabilities).toMatchObject([{ id: 'CVE-High', severity: 'High' }]);
  });

  it('has a failed scan made again, once', async () => {
    world.plant(image, { failure: 'no database' });
    expect(codeOf(await wait(image))).toBe('SCAN_FAILED');
    const again = await wait(image, { progress: at('Error', () => world.scanner.reset()) });
    expect(again.scanned).toBeDefined();
  });

  it('has a stopped scan made again, once', async () => {
    world.plant(image, { delaySeconds: 3600 });
    const { scanned } = await wait(image, {
      progress: at('Running', async () => {
        await world.scanner.reset();
        await stop();
      }),
    });
    expect(scanned).toBeDefined();
  });

  it('has a scan made again that is too old', async () => {
    await wait(image);
    const { scanned, states } = await wait(image, { notBefore: new Date(Date.now() + 1000) });
    expect(states.length).toBeGreaterThan(1);
    expect(scanned).toBeDefined();
  });

  it('says at once that there is no scanner, whoever asks', async () => {
    await wait(image);
    await world.scanner.become('absent');
    const administrator = await wait(image);
    const robot = await wait(image, { harbor: world.as(await world.robot(project, ...gateRights)) });
    expect([codeOf(administrator), codeOf(robot)]).toEqual(['SCAN_NO_SCANNER', 'SCAN_NO_SCANNER']);
    expect([administrator.states, robot.states]).toEqual([[], []]);
  });

  it('says that the scanner is ill, to those who may ask, and to others what it may be', async () => {
    await wait(image);
    await world.scanner.become('unhealthy');
    const administrator = await wait(image, { timeoutSeconds: 30 });
    expect(administrator.seen[0]).toMatchObject({ status: 'absent', scannerHealth: 'unhealthy' });
    expect(administrator.error).toMatchObject({
      code: 'SCAN_NO_SCANNER',
      message: expect.stringMatching(/has not answered Harbor for \d+ s/),
    });
    const robot = await wait(image, {
      harbor: world.as(await world.robot(project, ...gateRights)),
      timeoutSeconds: 30,
    });
    expect(robot.error).toMatchObject({
      code: 'SCAN_NO_SCANNER',
      message: expect.stringContaining('does not answer, or does not scan'),
      hint: expect.stringContaining('scanner: read'),
    });
  });

  it('goes on when the scanner comes back, with its reports or without', async () => {
    await wait(image);
    await world.scanner.become('unhealthy');
    const back = at('absent', () => world.scanner.become('healthy'));
    expect((await wait(image, { progress: back })).scanned).toBeDefined();
    const fresh = await world.push(project);
    await world.scanner.become('unhealthy');
    const again = at('absent', () => world.scanner.become('healthy'));
    expect((await wait(fresh, { progress: again })).scanned).toBeDefined();
  });

  it('does not take the report of a former registration of the scanner', async () => {
    await wait(image);
    await world.scanner.become('absent');
    await world.scanner.become('healthy');
    world.plant(image, { vulnerabilities: [planted('Low')] });
    expect((await wait(image)).scanned?.vulnerabilities).toHaveLength(1);
  });

  it('finds in an index what one of its images has, and starts only what is missing', async () => {
    const index = await world.push(project, 'index');
    const [amd64 = index.digest, arm64 = index.digest] = index.platforms.keys();
    world.plant(index, { vulnerabilities: [] });
    world.plant(index, { digest: arm64, vulnerabilities: [planted('Critical')] });
    await wait({ ...index, digest: amd64 });
    const { scanned } = await wait(index);
    expect(scanned?.vulnerabilities).toMatchObject([{ id: 'CVE-Critical', platforms: ['linux/arm64'] }]);
  });

  it('does not let an index pass of which one image fails to be scanned', async () => {
    const index = await world.push(project, 'index');
    const [amd64 = index.digest] = index.platforms.keys();
    world.plant(index, { digest: amd64, failure: 'no database' });
    const { error } = await wait(index);
    expect(error).toMatchObject({ code: 'SCAN_FAILED', details: { platform: 'linux/amd64' } });
  });

  it('reads all that the scanner tells', async () => {
    const told = { cvssScore: 9.8, cvssVector: 'CVSS:3.1/AV:N', cwes: ['CWE-79'], links: ['https://example.com/1'] };
    world.plant(image, { vulnerabilities: [{ ...planted('Unknown'), ...told, fixVersion: '2' }] });
    const { scanned } = await wait(image);
    expect(scanned?.vulnerabilities).toMatchObject([{ severity: 'Unknown', fixVersion: '2', ...told }]);
    expect(Date.parse(scanned?.scannedAt ?? '')).toBeGreaterThan(0);
  });

  it('has bills of materials made for all images of an index, and finds them the next time', async () => {
    const index = await world.push(project, 'index');
    const robot = world.as(await world.robot(project, 'artifact:read', 'sbom:create', 'artifact-addition:read'));
    const options = { ...index, harbor: robot, timeoutSeconds: 600, clock: quickClock };
    const made = await ensureSbom(options);
    expect(made.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(made[0]?.document).toMatchObject({ spdxVersion: 'SPDX-2.3' });
    expect((await ensureSbom(options)).map(({ sbomDigest }) => sbomDigest)).toEqual(
      made.map(({ sbomDigest }) => sbomDigest),
    );
  });

  it('names the right that making bills of materials takes', async () => {
    const robot = world.as(await world.robot(project, ...gateRights));
    const making = ensureSbom({ ...image, harbor: robot, timeoutSeconds: 600, clock: quickClock });
    await expect(making).rejects.toMatchObject({ code: 'AUTH_DENIED', hint: expect.stringContaining('sbom: create') });
  });
});

(isReal ? describe.skip : describe)('a wait for a Harbor whose queue shows nothing', () => {
  let image: PushedImage;

  beforeEach(async () => {
    await world.scanner.reset();
    image = await world.push(await world.project());
  });
  afterEach(() => world.control.holdScans(false));

  it('is patient', async () => {
    world.control.holdScans(true);
    const looks: number[] = [];
    const { scanned, states } = await wait(image, {
      progress: ({ elapsedSeconds }) => {
        looks.push(elapsedSeconds);
        if (elapsedSeconds > 10) world.control.holdScans(false);
      },
    });
    expect(scanned).toBeDefined();
    expect(new Set(states.slice(0, -3))).toEqual(new Set(['absent']));
  });

  it('ends in time, without a pass', async () => {
    world.control.holdScans(true);
    const { error } = await wait(image, { timeoutSeconds: 20 });
    expect(error).toMatchObject({ code: 'SCAN_UNFINISHED', exitCode: 8, details: { status: 'absent' } });
  });
});
