import { PilotError } from '@harbor-pilot/core';
import { type Digest, digestOf, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { platformsOf, type ScannedImage, type ScanProgress, type WaitOptions, waitForReport } from '../src/index.ts';
import {
  type FakeArtifact,
  type FakeScanner,
  fakeClock,
  fakeHarbor,
  imageDigest,
  report,
  vulnerability,
} from './fakes.ts';

const success = { status: 'Success', reportId: 'r1', scanner: { name: 'Trivy', version: 'v0.68.2' } } as const;
const failed = { status: 'Error', reportId: 'r0' } as const;

function setUp(
  artifacts: Readonly<Record<string, FakeArtifact>>,
  { scanner, ...options }: Partial<WaitOptions> & { readonly scanner?: FakeScanner } = {},
) {
  const fake = fakeHarbor(artifacts, scanner);
  const clock = fakeClock();
  const seen: ScanProgress[] = [];
  const wait = (): Promise<ScannedImage> =>
    waitForReport({
      harbor: fake.harbor,
      project: 'acme',
      repository: 'app',
      digest: imageDigest,
      timeoutSeconds: 60,
      clock,
      progress: (state) => seen.push(state),
      ...options,
    });
  return { ...fake, clock, seen, wait };
}

async function failureOf(promise: Promise<unknown>): Promise<PilotError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PilotError) return error;
  throw error;
}

describe('the report of one image', () => {
  it('is there at once when the image was scanned before: one look, no scan, no pause', async () => {
    const { wait, started, looked, clock } = setUp({
      [imageDigest]: { states: [success], reports: [report([vulnerability()])] },
    });
    const scanned = await wait();
    expect(scanned).toMatchObject({ digest: imageDigest, scanner: 'Trivy v0.68.2', durationSeconds: 0 });
    expect(scanned.vulnerabilities).toHaveLength(1);
    expect([started, looked, clock.pausesSeconds]).toEqual([[], [imageDigest], []]);
  });

  it('is waited for through the states of a scan on push, which is never doubled', async () => {
    const { wait, started, seen } = setUp({
      [imageDigest]: {
        states: [{ status: 'absent' }, { status: 'Pending' }, { status: 'Running' }, { status: 'Running' }, success],
      },
    });
    await wait();
    expect(started).toEqual([]);
    expect(seen.map(({ status }) => status)).toEqual(['absent', 'Pending', 'Running', 'Running', 'Success']);
    expect(seen.at(-1)).toMatchObject({ scanner: 'Trivy v0.68.2' });
  });

  it('is asked for after three seconds of absence, just once, and a queued scan stays invisible for a while', async () => {
    const { wait, started, seen, clock } = setUp({
      [imageDigest]: { afterStart: [[{}, {}, {}, { status: 'Running' }, success]] },
    });
    await wait();
    expect(started).toEqual([imageDigest]);
    const absences = seen.filter(({ status }) => status === 'absent').map(({ elapsedSeconds }) => elapsedSeconds);
    expect(absences).toContain(3);
    expect(clock.pausesSeconds[0]).toBe(1);
    expect(Math.max(...clock.pausesSeconds)).toBeLessThanOrEqual(5);
  });

  it('is asked for within a timeout that is shorter than the grace time', async () => {
    const { wait, started } = setUp({ [imageDigest]: { afterStart: [[success]] } }, { timeoutSeconds: 2 });
    const scanned = await wait();
    expect(started).toEqual([imageDigest]);
    expect(scanned.durationSeconds).toBeLessThanOrEqual(2);
  });

  it('is waited for when somebody else began the scan in the meantime', async () => {
    const { wait, started } = setUp({
      [imageDigest]: { start: ['already-running'], afterStart: [[{ status: 'Running' }, success]] },
    });
    await wait();
    expect(started).toHaveLength(1);
  });

  it.each(['Error', 'Stopped'] as const)('comes from a second scan when the first ended with %s', async (status) => {
    const { wait, started } = setUp({
      [imageDigest]: { states: [{ status, reportId: 'r0' }], afterStart: [[{ status, reportId: 'r0' }, {}, success]] },
    });
    await wait();
    expect(started).toHaveLength(1);
  });

  it('is waited for until Harbor has it, though the scan is a success already', async () => {
    const { wait } = setUp({
      [imageDigest]: { states: [success], reports: [undefined, undefined, report([vulnerability()])] },
    });
    expect((await wait()).vulnerabilities).toHaveLength(1);
  });

  it('is waited for while its list is shorter than what Harbor has counted', async () => {
    const counted = [{ ...success, total: 2 }];
    const [one, two] = [vulnerability(), vulnerability({ id: 'CVE-2' })];
    const { wait } = setUp({
      [imageDigest]: { states: counted, reports: [report([]), report([two]), report([one, one, two])] },
    });
    expect((await wait()).vulnerabilities).toHaveLength(2);
    const short = setUp({ [imageDigest]: { states: counted, reports: [report([one])] } });
    expect((await failureOf(short.wait())).code).toBe('SCAN_UNFINISHED');
  });

  it('is waited for through passing trouble of Harbor', async () => {
    const down = new PilotError('HARBOR_UNAVAILABLE', '502');
    const { wait } = setUp({ [imageDigest]: { states: [{ status: 'Running' }, down, down, success] } });
    expect((await wait()).vulnerabilities).toEqual([]);
  });
});

describe('no report is never a pass', () => {
  it.each([
    ['never begins', { states: [{}] }, 'absent', 'has not begun'],
    ['stays queued', { states: [{ status: 'Pending' }] }, 'Pending', 'Pending'],
    ['never ends', { states: [{ status: 'Running' }] }, 'Running', 'Running'],
    ['ends without a report', { states: [success], reports: [undefined] }, 'Success', 'no result'],
  ] as const)('a scan that %s is SCAN_UNFINISHED at the deadline', async (_title, artifact, status, words) => {
    const { wait, clock } = setUp({ [imageDigest]: artifact }, { timeoutSeconds: 20 });
    const error = await failureOf(wait());
    expect(error).toMatchObject({ code: 'SCAN_UNFINISHED', exitCode: 8, details: { status, elapsedSeconds: 20 } });
    expect(error.message).toContain('after 20 s');
    expect(error.message).toContain(words);
    expect(error.hint).toContain('never passes');
    expect(clock.pausesSeconds.reduce((sum, pause) => sum + pause, 0)).toBeCloseTo(20);
  });

  it('trouble that lasts until the deadline is the cause of SCAN_UNFINISHED', async () => {
    const down = new PilotError('HARBOR_UNAVAILABLE', '502', { hint: 'Look at Harbor.' });
    const { wait } = setUp({ [imageDigest]: { states: [{ status: 'Running' }, down] } }, { timeoutSeconds: 5 });
    expect(await failureOf(wait())).toMatchObject({
      code: 'SCAN_UNFINISHED',
      cause: down,
      message: expect.stringContaining('cannot be looked at'),
      hint: 'Look at Harbor. An image without a finished scan never passes.',
    });
  });

  it.each(['Error', 'Stopped'] as const)('two scans that end with %s are SCAN_FAILED', async (status) => {
    const { wait, started } = setUp({
      [imageDigest]: { states: [failed], afterStart: [[{ status: 'Running' }, { status, reportId: 'r1' }]] },
    });
    expect(await failureOf(wait())).toMatchObject({ code: 'SCAN_FAILED', exitCode: 8, details: { status } });
    expect(started).toHaveLength(1);
  });

  it('a failure that keeps showing after the second scan was asked for is SCAN_FAILED in the end', async () => {
    const { wait, clock } = setUp({ [imageDigest]: { states: [failed], afterStart: [[failed]] } });
    expect((await failureOf(wait())).code).toBe('SCAN_FAILED');
    expect(clock.pausesSeconds.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(20);
  });

  it('a project without a scanner is SCAN_NO_SCANNER', async () => {
    const start = new PilotError('SCAN_NO_SCANNER', 'no available scanner for project: 2');
    const { wait } = setUp({ [imageDigest]: { start: [start] } });
    expect(await failureOf(wait())).toMatchObject({ code: 'SCAN_NO_SCANNER', exitCode: 8 });
  });

  it('a report about another digest is SCAN_FAILED', async () => {
    const foreign = vulnerability({ artifactDigests: [digestOf('something else')] });
    const { wait } = setUp({ [imageDigest]: { states: [success], reports: [report([foreign])] } });
    const error = await failureOf(wait());
    expect(error.code).toBe('SCAN_FAILED');
    expect(error.message).toContain(digestOf('something else'));
  });

  it('a record about another digest is ANSWER_UNEXPECTED', async () => {
    const { wait } = setUp({ [imageDigest]: { states: [success], tells: digestOf('something else') } });
    expect((await failureOf(wait())).code).toBe('ANSWER_UNEXPECTED');
  });

  it('a Harbor that never answers is SCAN_UNFINISHED when the time is over', async () => {
    const { harbor } = fakeHarbor({});
    const silent = Object.assign(harbor, { artifact: () => new Promise<never>(() => {}) });
    const options = { harbor: silent, project: 'acme', repository: 'app', digest: imageDigest, timeoutSeconds: 0.1 };
    const error = await failureOf(waitForReport(options));
    expect(error).toMatchObject({ code: 'SCAN_UNFINISHED', cause: { code: 'DEADLINE_EXCEEDED' } });
  });

  it.each([30, 60])('%i days are not over at once', async (days) => {
    const { harbor } = fakeHarbor({ [imageDigest]: { states: [{ status: 'Running' }, success] } });
    const artifact = harbor.artifact;
    const slow = Object.assign(harbor, {
      artifact: async (...place: Parameters<typeof artifact>) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return artifact(...place);
      },
    });
    const place = { harbor: slow, project: 'acme', repository: 'app', digest: imageDigest, clock: fakeClock() };
    expect((await waitForReport({ ...place, timeoutSeconds: days * 86_400 })).vulnerabilities).toEqual([]);
  });

  it('the last look, when the time is over, counts', async () => {
    const states = [{ status: 'Running' }, success] as const;
    const { harbor } = fakeHarbor({ [imageDigest]: { states, reports: [report([])] } });
    const options = { harbor, project: 'acme', repository: 'app', digest: imageDigest, timeoutSeconds: 0.2 };
    expect((await waitForReport(options)).digest).toBe(imageDigest);
  });

  it('other errors of Harbor end the wait at once', async () => {
    const denied = new PilotError('AUTH_DENIED', '403');
    const { wait, clock } = setUp({ [imageDigest]: { states: [{ status: 'Running' }, denied] } });
    expect(await failureOf(wait())).toBe(denied);
    expect(clock.pausesSeconds).toHaveLength(1);
  });

  it('an interrupted wait ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const { wait } = setUp(
      { [imageDigest]: { states: [{ status: 'Running' }] } },
      { signal: abort.signal, progress: () => abort.abort(new Error('interrupted')) },
    );
    await expect(wait()).rejects.toThrow('interrupted');
  });
});

describe('the report of an index', () => {
  const [amd64, arm64, attestation] = [digestOf('amd64'), digestOf('arm64'), digestOf('attestation')];
  const child = (digest: Digest, os: string, architecture: string) => ({
    mediaType: mediaTypes.ociManifest,
    digest,
    size: 1000,
    platform: { os, architecture },
  });
  const platforms = platformsOf({
    mediaType: mediaTypes.ociIndex,
    manifests: [
      child(amd64, 'linux', 'amd64'),
      child(arm64, 'linux', 'arm64'),
      child(attestation, 'unknown', 'unknown'),
    ],
  });
  const index: FakeArtifact = {
    mediaType: mediaTypes.ociIndex,
    children: [amd64, arm64, attestation],
    // Harbor's own summary says clean, and must not be believed.
    states: [{ status: 'Success', severity: 'None' }],
  };

  it('is that of all its images together, each waited for by itself, without attestations', async () => {
    const { wait, started, looked } = setUp(
      {
        [imageDigest]: index,
        [amd64]: {
          states: [success],
          reports: [
            report([vulnerability({ artifactDigests: [amd64] }), vulnerability({ id: 'CVE-2', severity: 'Low' })]),
          ],
        },
        [arm64]: {
          afterStart: [[{}, { status: 'Running' }, success]],
          reports: [report([vulnerability({ fixVersion: '1.1.1l', cvssScore: 9.8, severity: 'Critical' })])],
        },
      },
      { platforms },
    );
    const scanned = await wait();
    expect(started).toEqual([arm64]);
    expect(looked).not.toContain(attestation);
    expect(scanned.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect(scanned.vulnerabilities).toEqual([
      {
        id: 'CVE-2099-0001',
        package: 'openssl',
        version: '1.1.1k',
        fixVersion: '1.1.1l',
        cvssScore: 9.8,
        severity: 'Critical',
        platforms: ['linux/amd64', 'linux/arm64'],
      },
      { id: 'CVE-2', package: 'openssl', version: '1.1.1k', severity: 'Low', platforms: ['linux/amd64'] },
    ]);
  });

  it('names the platform whose scan did not finish', async () => {
    const { wait } = setUp(
      { [imageDigest]: index, [amd64]: { states: [success] }, [arm64]: { states: [{ status: 'Pending' }] } },
      { platforms, timeoutSeconds: 5 },
    );
    const error = await failureOf(wait());
    expect(error).toMatchObject({ code: 'SCAN_UNFINISHED', details: { platform: 'linux/arm64' } });
  });

  it('asks for the index alone while its images are scanned, however many they are', async () => {
    const many = Array.from({ length: 40 }, (_, place) => digestOf(`child ${place}`));
    const running = Array.from({ length: 7 }, () => ({ status: 'Running' }) as const);
    const { wait, requests, looked, clock } = setUp(
      {
        [imageDigest]: { ...index, children: many, states: [{}], afterStart: [[...running, success]] },
        ...Object.fromEntries(many.map((digest) => [digest, { states: [success] }])),
      },
      { timeoutSeconds: 600 },
    );
    const scanned = await wait();
    expect(scanned.platforms).toHaveLength(40);
    const waiting = requests.slice(0, requests.indexOf('read') - 1);
    expect(waiting.filter((request) => request === 'start')).toHaveLength(1);
    expect(looked.slice(0, waiting.length - 1).every((digest) => digest === imageDigest)).toBe(true);
    const waitedSeconds = clock.pausesSeconds.reduce((sum, pause) => sum + pause, 0);
    expect(waitedSeconds).toBeGreaterThan(25);
    expect(waiting.length).toBeLessThanOrEqual(waitedSeconds / 2);
    // Then each of them once, and its report.
    expect(requests.length - waiting.length).toBe(80);
  });

  it('starts the scans that its index does not have, and waits for those alone', async () => {
    const { wait, started, looked } = setUp({
      [imageDigest]: { ...index, children: [amd64, arm64], states: [{ status: 'Running' }, success] },
      [amd64]: { states: [success] },
      [arm64]: { states: [{}], afterStart: [[{}, { status: 'Running' }, success]] },
    });
    await wait();
    expect(started).toEqual([arm64]);
    expect(looked.filter((digest) => digest === amd64)).toHaveLength(1);
    expect(looked.filter((digest) => digest === imageDigest)).toHaveLength(2);
  });

  it('is not believed for ever: its images are looked at now and then, whatever it says', async () => {
    const { wait, looked } = setUp({
      [imageDigest]: { ...index, children: [amd64, arm64], states: [{ status: 'Running' }] },
      [amd64]: { states: [success] },
      [arm64]: { states: [success] },
    });
    expect((await wait()).durationSeconds).toBeLessThan(45);
    expect(looked.filter((digest) => digest === amd64)).toHaveLength(1);
  });

  it('without a scanner ends the wait at once, and never falls back to what the index said before', async () => {
    const { wait, started } = setUp(
      { [imageDigest]: { ...index, children: [amd64, arm64], states: [{ isScannable: false }] } },
      { scanner: [undefined] },
    );
    expect((await failureOf(wait())).code).toBe('SCAN_NO_SCANNER');
    expect(started).toEqual([]);
  });

  it('without platform names covers every child, named by its digest', async () => {
    const { wait } = setUp({
      [imageDigest]: { ...index, children: [amd64, arm64] },
      [amd64]: { states: [success] },
      [arm64]: { states: [success] },
    });
    expect((await wait()).platforms).toEqual([amd64.slice(0, 19), arm64.slice(0, 19)]);
  });

  it('reaches the images of an index in an index', async () => {
    const inner = digestOf('inner');
    const { wait } = setUp(
      {
        [imageDigest]: { ...index, children: [inner] },
        [inner]: { ...index, children: [amd64, arm64] },
        [amd64]: { states: [success] },
        [arm64]: { states: [success] },
      },
      { platforms },
    );
    expect((await wait()).platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('covers the children that its manifest names, also those that Harbor does not know of', async () => {
    const known = { [amd64]: { states: [success] }, [arm64]: { states: [success] } };
    const children = [amd64, arm64, attestation];
    const partial = setUp({ [imageDigest]: { ...index, children: [amd64] }, ...known }, { platforms, children });
    expect((await partial.wait()).platforms).toEqual(['linux/amd64', 'linux/arm64']);
    const none = setUp({ [imageDigest]: { states: [success] }, ...known }, { platforms, children });
    expect((await none.wait()).platforms).toEqual(['linux/amd64', 'linux/arm64']);
    const [, scanned] = Object.entries(known);
    const gone = setUp({ [imageDigest]: index, ...Object.fromEntries([scanned ?? []]) }, { platforms, children });
    expect((await failureOf(gone.wait())).code).toBe('REFERENCE_NOT_FOUND');
  });

  it('tells images apart that have the same platform', async () => {
    const names = new Map([amd64, arm64].map((digest) => [digest, 'windows/amd64']));
    const { wait } = setUp(
      {
        [imageDigest]: { ...index, children: [amd64, arm64] },
        [amd64]: { states: [success] },
        [arm64]: { states: [success], reports: [report([vulnerability()])] },
      },
      { platforms: names },
    );
    const { platforms: told, platformDigests, vulnerabilities } = await wait();
    const second = `windows/amd64/${arm64.slice(0, 19)}`;
    expect(told).toEqual(['windows/amd64', second]);
    expect([...platformDigests]).toEqual([
      ['windows/amd64', amd64],
      [second, arm64],
    ]);
    expect(vulnerabilities).toMatchObject([{ platforms: [second] }]);
  });

  it('has no time when one of its images has none', async () => {
    const dated = { ...report([]), generatedAt: new Date('2026-01-01') };
    const scans = (reports: readonly [ReturnType<typeof report>, ReturnType<typeof report>]) =>
      setUp({
        [imageDigest]: { ...index, children: [amd64, arm64] },
        [amd64]: { states: [success], reports: [reports[0]] },
        [arm64]: { states: [success], reports: [reports[1]] },
      }).wait();
    expect((await scans([dated, report([])])).scannedAt).toBeUndefined();
    const later = { ...dated, generatedAt: new Date('2026-02-01') };
    expect((await scans([later, dated])).scannedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('is SCAN_FAILED when there is no image in it', async () => {
    const { wait } = setUp({ [imageDigest]: { ...index, children: [attestation] } }, { platforms });
    expect((await failureOf(wait())).code).toBe('SCAN_FAILED');
    const inner = digestOf('inner');
    const hollow = setUp({
      [imageDigest]: { ...index, children: [amd64, inner] },
      [amd64]: { states: [success] },
      [inner]: { ...index, children: [] },
    });
    expect(await failureOf(hollow.wait())).toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining(inner),
    });
  });
});
