import { PilotError } from '@harbor-pilot/core';
import type { ProjectScanner, VulnerabilityReport } from '@harbor-pilot/harbor';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { waitForReport } from '../src/index.ts';
import {
  type FakeArtifact,
  fakeClock,
  fakeHarbor,
  healthyScanner,
  imageDigest,
  report,
  type Seen,
  vulnerability,
} from './fakes.ts';

const errors = {
  502: new PilotError('HARBOR_UNAVAILABLE', '502'),
  429: new PilotError('RATE_LIMITED', '429'),
  lost: new PilotError('NETWORK_UNREACHABLE', 'connection lost'),
  slow: new PilotError('DEADLINE_EXCEEDED', 'no answer'),
  401: new PilotError('ROBOT_REFUSED', '401'),
  locked: new PilotError('AUTH_FAILED', '401'),
  403: new PilotError('AUTH_DENIED', '403'),
  404: new PilotError('REFERENCE_NOT_FOUND', '404'),
} as const;

const states: Readonly<Record<string, Seen>> = {
  absent: {},
  hidden: { isScannable: false },
  Pending: { status: 'Pending', reportId: 'r1' },
  Running: { status: 'Running', reportId: 'r1' },
  Success: { status: 'Success', reportId: 'r1', scanner: { name: 'Trivy' } },
  OldSuccess: { status: 'Success', reportId: 'r0', endedAt: new Date('2001-01-01') },
  Error: { status: 'Error', reportId: 'r0' },
  NextError: { status: 'Error', reportId: 'r1' },
  Stopped: { status: 'Stopped', reportId: 'r0' },
  NextStopped: { status: 'Stopped', reportId: 'r1' },
};

const reports: Readonly<Record<string, VulnerabilityReport | undefined>> = {
  clean: report([]),
  bad: report([vulnerability()]),
  none: undefined,
  'of-another-digest': report([vulnerability({ artifactDigests: [digestOf('another image')] })]),
  'of-another-scanner': { ...report([]), scanner: { name: 'Clair' } },
};

const starts = {
  started: 'started',
  409: 'already-running',
  412: new PilotError('SCAN_NO_SCANNER', 'no available scanner for project: 2'),
  off: new PilotError('SCAN_NO_SCANNER', 'cannot scan it: scanner Trivy is deactivated'),
  400: new PilotError('SCAN_NO_SCANNER', 'the configured scanner Stub does not support scanning artifact'),
} as const;

const scanners: Readonly<Record<string, ProjectScanner | undefined>> = {
  healthy: healthyScanner,
  unhealthy: { ...healthyScanner, isHealthy: false },
  disabled: { ...healthyScanner, isDisabled: true },
  none: undefined,
};

/** What Harbor does, in words of the tables above: one a request, the last one stays. */
interface Play {
  readonly sees: string;
  /** After the first, second… start. */
  readonly next?: readonly string[];
  readonly reads?: string;
  readonly starts?: string;
  readonly scanner?: string;
  /** Only scans after 2020 count. */
  readonly isPicky?: true;
  /** 100 unless said otherwise. */
  readonly timeoutSeconds?: number;
}

/** A row: a title, what Harbor does, all requests in short (look, Start, Read, Ask for the scanner), how it ends, after how many seconds. */
type Row = readonly [title: string, play: Play, requests: string, end: string, seconds: number];

const row = (title: string, play: Play, requests: string, end: string, seconds: number): Row => [
  title,
  play,
  requests,
  end,
  seconds,
];

const onPush: readonly Row[] = [
  row('was scanned before', { sees: 'Success' }, 'lR', 'passed', 0),
  row('was scanned before, with vulnerabilities', { sees: 'Success', reads: 'bad' }, 'lR', '1 found', 0),
  row('is scanned on push', { sees: 'absent Pending Running Success' }, 'llllR', 'passed', 3),
  row('is in the queue', { sees: 'Pending Pending Running Success' }, 'llllR', 'passed', 3),
  row('runs', { sees: 'Running Success' }, 'llR', 'passed', 1),
  row('is queued a second time after it ran', { sees: 'Running Pending Running Success' }, 'llllR', 'passed', 3),
  row(
    'takes its time',
    { sees: 'Running Running Running Running Running Running Success' },
    'lllllllR',
    'passed',
    16.375,
  ),
  row('ends within the grace time without being seen', { sees: 'absent absent Success' }, 'lllR', 'passed', 2.5),
  row(
    'shows at the very end of the grace time',
    { sees: 'absent absent absent Running Success' },
    'lllllR',
    'passed',
    6.375,
  ),
  row('never begins', { sees: 'absent', next: ['absent'], timeoutSeconds: 20 }, 'llllSllllll', 'SCAN_UNFINISHED', 20),
  row('stays in the queue', { sees: 'Pending', timeoutSeconds: 20 }, 'llllllll', 'SCAN_UNFINISHED', 20),
  row('hangs', { sees: 'Running', timeoutSeconds: 20 }, 'llllllll', 'SCAN_UNFINISHED', 20),
];

const asked: readonly Row[] = [
  row('is asked for', { sees: 'absent', next: ['Pending Running Success'] }, 'llllSlllR', 'passed', 8.25),
  row(
    'is asked for while it is in the queue',
    { sees: 'absent', starts: '409', next: ['Success'] },
    'llllSlR',
    'passed',
    4,
  ),
  row(
    'is queued unseen after it was asked for',
    { sees: 'absent', next: ['absent absent Running Success'] },
    'llllSllllR',
    'passed',
    11.625,
  ),
  row(
    'is asked for once the network is back',
    { sees: 'absent', starts: 'lost started', next: ['Success'] },
    'llllSlSlR',
    'passed',
    14,
  ),
  row('may not be asked for', { sees: 'absent', starts: '403' }, 'llllS', 'AUTH_DENIED', 3),
  row(
    'is asked for early when time is short',
    { sees: 'absent', next: ['Success'], timeoutSeconds: 4 },
    'lllSlR',
    'passed',
    3,
  ),
];

const failing: readonly Row[] = [
  row('fails once', { sees: 'Error', next: ['Error Running Success'] }, 'lSlllR', 'passed', 3),
  row('fails while it is waited for', { sees: 'Running Error', next: ['Running Success'] }, 'llSllR', 'passed', 3),
  row('fails twice', { sees: 'Error', next: ['Running NextError'] }, 'lSll', 'SCAN_FAILED', 2.5),
  row('fails twice unseen', { sees: 'Error', next: ['Error Error NextError'] }, 'lSlll', 'SCAN_FAILED', 3),
  row('fails, and the next one never shows', { sees: 'Error', next: ['Error'] }, 'lSlllll', 'SCAN_FAILED', 11.375),
  row(
    'fails, and another one runs already',
    { sees: 'Error', starts: '409', next: ['Running Success'] },
    'lSllR',
    'passed',
    2.5,
  ),
  row('is stopped once', { sees: 'Stopped', next: ['absent Running Success'] }, 'lSlllR', 'passed', 3),
  row('is stopped twice', { sees: 'Stopped', next: ['Running NextStopped'] }, 'lSll', 'SCAN_FAILED', 2.5),
  row('is stopped, then fails', { sees: 'Stopped', next: ['NextError'] }, 'lSl', 'SCAN_FAILED', 1),
  row('was asked for and then fails once', { sees: 'absent', next: ['Error', 'Success'] }, 'llllSlSlR', 'passed', 8),
];

const ofReports: readonly Row[] = [
  row('has its report a little later', { sees: 'Success', reads: 'none none clean' }, 'lRlRlR', 'passed', 2.5),
  row(
    'never has a report',
    { sees: 'Success', reads: 'none', timeoutSeconds: 10 },
    'lRlRlRlRlR',
    'SCAN_UNFINISHED',
    10,
  ),
  row('has the report of another digest', { sees: 'Success', reads: 'of-another-digest' }, 'lR', 'SCAN_FAILED', 0),
  row(
    'has the report of another scanner for a moment',
    { sees: 'Success', reads: 'of-another-scanner clean' },
    'lRlR',
    'passed',
    1,
  ),
  row(
    'was scanned by another registration',
    { sees: 'Success absent', reads: 'of-another-scanner clean', next: ['Success'] },
    'lRlllSlR',
    'passed',
    6,
  ),
  row(
    'is lost when the project gets another scanner meanwhile',
    { sees: 'absent', next: ['Running absent', 'Success'] },
    'llllSllSlR',
    'passed',
    10,
  ),
  row('has a report that cannot be read for a moment', { sees: 'Success', reads: '502 clean' }, 'lRlR', 'passed', 3),
  row(
    'has a report that is too old',
    { sees: 'OldSuccess', isPicky: true, next: ['OldSuccess Running Success'] },
    'lSlllR',
    'passed',
    3,
  ),
  row(
    'has a report that stays too old',
    { sees: 'OldSuccess', isPicky: true, next: ['OldSuccess'], timeoutSeconds: 10 },
    'lSlllll',
    'SCAN_UNFINISHED',
    10,
  ),
];

const scannerless: readonly Row[] = [
  row('has no scanner', { sees: 'hidden', scanner: 'none' }, 'lA', 'SCAN_NO_SCANNER', 0),
  row('has a scanner that is switched off', { sees: 'hidden', scanner: 'disabled' }, 'lA', 'SCAN_NO_SCANNER', 0),
  row(
    'has no scanner, who may not ask is told',
    { sees: 'hidden', scanner: '403', starts: '412' },
    'lAS',
    'SCAN_NO_SCANNER',
    0,
  ),
  row('is offered by a scanner that is switched off', { sees: 'absent', starts: 'off' }, 'llllS', 'SCAN_NO_SCANNER', 3),
  row(
    'is refused though it is offered',
    { sees: 'absent', starts: '400' },
    'llllSlSlSlSlSlSlSlSlSl',
    'SCAN_NO_SCANNER',
    46.375,
  ),
  row(
    'is refused by an instance of Harbor that remembers a scanner which did not answer',
    { sees: 'absent', starts: '400 400 started', next: ['Success'] },
    'llllSlSlSlR',
    'passed',
    12.375,
  ),
  row(
    'is hidden and refused by such an instance, while another one shows the scanner',
    { sees: 'hidden hidden absent', starts: '400 started', next: ['Success'] },
    'lASlllSlR',
    'passed',
    8,
  ),
  row(
    'is refused in the moment when the scanner falls ill',
    { sees: 'absent absent absent absent hidden', starts: '400', scanner: 'none' },
    'llllSlA',
    'SCAN_NO_SCANNER',
    6.375,
  ),
  row(
    'is of a kind that nobody scans',
    { sees: 'hidden', starts: '400' },
    'lASllllllAlllAll',
    'SCAN_NO_SCANNER',
    41.375,
  ),
  row(
    'has a scanner that is ill',
    { sees: 'hidden', scanner: 'unhealthy' },
    'lAllllllAlllAll',
    'SCAN_NO_SCANNER',
    41.375,
  ),
  row(
    'has a scanner that is ill, and may not ask',
    { sees: 'hidden', scanner: '403', starts: '400' },
    'lASlllllllllll',
    'SCAN_NO_SCANNER',
    41.375,
  ),
  row(
    'has a scanner that comes back with its reports',
    { sees: 'hidden hidden hidden Success', scanner: 'unhealthy' },
    'lAlllR',
    'passed',
    3,
  ),
  row(
    'has a scanner that comes back without having scanned',
    { sees: 'hidden hidden hidden hidden absent', scanner: 'unhealthy', next: ['Success'] },
    'lAllllSlR',
    'passed',
    8,
  ),
  row(
    'loses its scanner while it runs',
    { sees: 'Running hidden', scanner: 'unhealthy', timeoutSeconds: 40 },
    'llAlllllAl',
    'SCAN_NO_SCANNER',
    21.375,
  ),
  row(
    'loses its scanner for a moment while it runs',
    { sees: 'Running hidden hidden Running Success', scanner: 'unhealthy' },
    'llAlllR',
    'passed',
    6.375,
  ),
  row(
    'was asked for and is lost with the scanner',
    { sees: 'absent', next: ['hidden hidden absent', 'Success'], scanner: 'unhealthy' },
    'llllSlAllSlR',
    'passed',
    14,
  ),
  row(
    'fails, and the scanner is gone',
    { sees: 'Error', starts: '400', timeoutSeconds: 20 },
    'lSlSlSlSl',
    'SCAN_NO_SCANNER',
    10,
  ),
  row(
    'is offered by a scanner that is registered anew',
    { sees: 'hidden hidden absent', scanner: 'unhealthy', next: ['Success'] },
    'lAlllSlR',
    'passed',
    6,
  ),
];

const troubled: readonly Row[] = [
  row('is asked about while Harbor restarts', { sees: '502 lost slow 429 Running Success' }, 'llllllR', 'passed', 31),
  // A look in trouble is four requests: the client repeats it.
  row('is behind trouble that lasts', { sees: 'Running 502', timeoutSeconds: 10 }, 'llll', 'SCAN_UNFINISHED', 10),
  row('is behind trouble from the beginning', { sees: '502', timeoutSeconds: 10 }, 'llll', 'SCAN_UNFINISHED', 10),
  row('has an account that is refused', { sees: 'Running 401' }, 'lll', 'ROBOT_REFUSED', 3),
  row('is behind a Harbor that loses its database for a moment', { sees: 'Running 401 Success' }, 'lllR', 'passed', 3),
  row('has a user whose name is locked for a moment', { sees: 'Running locked Success' }, 'lllR', 'passed', 3),
  row('has a user whose password was changed', { sees: 'Running locked' }, 'lll', 'AUTH_FAILED', 3),
  row('has a user who gives a wrong password', { sees: 'locked' }, 'l', 'AUTH_FAILED', 0),
  row('may not be seen', { sees: '403' }, 'l', 'AUTH_DENIED', 0),
  row('is deleted', { sees: 'Running 404' }, 'll', 'REFERENCE_NOT_FOUND', 1),
  row(
    'cannot be asked about its scanner for a moment',
    { sees: 'hidden', next: ['hidden'], scanner: '502 none' },
    'lASllllllA',
    'SCAN_NO_SCANNER',
    16.375,
  ),
];

function actors({ sees, next = [], reads = 'clean', starts: answers = 'started', scanner = 'healthy' }: Play) {
  const all = { ...states, ...errors };
  const script = (words: string) => words.split(' ').map((word) => all[word as keyof typeof all] ?? {});
  const choose = <T>(words: string, table: Readonly<Record<string, T>>): (T | PilotError)[] =>
    words.split(' ').map((word) => (word in table ? (table[word] as T) : errors[word as keyof typeof errors]));
  const artifact: FakeArtifact = {
    states: script(sees),
    afterStart: next.map(script),
    reports: choose(reads, reports),
    start: choose<(typeof starts)[keyof typeof starts]>(answers, starts),
  };
  return fakeHarbor({ [imageDigest]: artifact }, choose(scanner, scanners));
}

const letters: Readonly<Record<string, string>> = { look: 'l', start: 'S', read: 'R', scanner: 'A' };

describe.each([
  ['on push', onPush],
  ['that is asked for', asked],
  ['that fails', failing],
  ['and its report', ofReports],
  ['without a scanner', scannerless],
  ['behind trouble', troubled],
])('a scan %s', (_, rows) => {
  it.each(rows)('%s', async (_title, play, requests, end, seconds) => {
    const { timeoutSeconds = 100, isPicky } = play;
    const fake = actors(play);
    const clock = fakeClock();
    const begin = clock.now().getTime();
    const outcome = await waitForReport({
      harbor: fake.harbor,
      project: 'acme',
      repository: 'app',
      digest: imageDigest,
      timeoutSeconds,
      clock,
      ...(isPicky === undefined ? {} : { notBefore: new Date('2020-01-01') }),
    }).then(
      ({ vulnerabilities }) => (vulnerabilities.length === 0 ? 'passed' : `${vulnerabilities.length} found`),
      (error: unknown) => (error instanceof PilotError ? error.code : String(error)),
    );
    const elapsed = (clock.now().getTime() - begin) / 1000;
    const made = fake.requests.map((request) => letters[request] ?? '?').join('');
    expect([made, outcome, elapsed]).toEqual([requests, end, seconds]);
    // Three requests in the beginning, and what goes with the last look.
    expect(fake.requests.length).toBeLessThanOrEqual(elapsed / 2 + 6);
  });
});
