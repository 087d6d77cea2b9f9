import { PilotError } from '@harbor-pilot/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScanProgress, type WaitOptions, waitForReport } from '../src/index.ts';
import { type HarborWorld, harborWorld, isReal, type PushedImage, planted, quickClock } from './harbor-world.ts';

let world: HarborWorld;
let project: string;

beforeAll(async () => {
  world = await harborWorld();
  project = await world.project();
}, 30_000);
afterAll(() => world?.close());
beforeEach(() => {
  world.control.forgetScripts();
  world.control.setScanner('healthy');
  world.control.holdScans(false);
});

/** The stage of a play: the image, and what can happen to it. */
interface Stage {
  readonly image: PushedImage;
  /** What the scanner finds from now on: it works for ever, fails, or finds one vulnerability. */
  scans(how: 'for ever' | 'in vain' | 'well', digest?: PushedImage['digest']): void;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

type Act = (stage: Stage) => unknown;

/** A row: a title, what is so before, what happens when a state is seen (each once, in this order), and how the wait ends. */
type Row = readonly [
  title: string,
  before: Act,
  acts: readonly (readonly [ScanProgress['status'], Act])[],
  end: string,
  options?: Partial<WaitOptions> & { readonly kind?: 'index' },
];

const forEver: Act = ({ scans }) => scans('for ever');
const inVain: Act = ({ scans }) => scans('in vain');
const well: Act = ({ scans }) => scans('well');
const scanner =
  (state: 'healthy' | 'unhealthy' | 'absent'): Act =>
  () =>
    world.control.setScanner(state);
const then =
  (...acts: readonly Act[]): Act =>
  async (stage) => {
    for (const act of acts) await act(stage);
  };
const stop: Act = (stage) => stage.stop();
const start: Act = ({ image }) => world.harbor.startScan(image.project, image.repository, image.digest);
const firstOf = ({ platforms, digest }: PushedImage) => [...platforms.keys()][0] ?? digest;

const rows: readonly Row[] = [
  ['runs for ever', forEver, [], 'SCAN_UNFINISHED', { timeoutSeconds: 20 }],
  ['is started by somebody else, too', well, [['absent', start]], '1 found'],
  [
    'was started, and is in the queue',
    then(() => world.control.holdScans(true), well, start),
    [['absent', () => world.control.holdScans(false)]],
    '1 found',
  ],
  [
    'is stopped twice',
    forEver,
    [
      ['Running', stop],
      ['Running', stop],
    ],
    'SCAN_FAILED',
  ],
  ['is stopped, then fails', forEver, [['Running', then(inVain, stop)]], 'SCAN_FAILED'],
  [
    'fails, then is stopped',
    inVain,
    [
      ['Error', forEver],
      ['Running', stop],
    ],
    'SCAN_FAILED',
  ],
  ['fails, and is well the second time', inVain, [['Error', well]], '1 found'],
  ['fails, and its scanner is gone', inVain, [['Error', scanner('absent')]], 'SCAN_NO_SCANNER'],
  ['loses its scanner while it runs', forEver, [['Running', scanner('absent')]], 'SCAN_NO_SCANNER'],
  [
    'has a scanner that falls ill while it runs',
    forEver,
    [['Running', scanner('unhealthy')]],
    'SCAN_NO_SCANNER',
    { timeoutSeconds: 60 },
  ],
  [
    'has a scanner that is ill for a moment',
    forEver,
    [
      ['Running', then(well, scanner('unhealthy'))],
      ['absent', then(scanner('absent'), scanner('healthy'))],
    ],
    '1 found',
  ],
  ['is deleted while it runs', forEver, [['Running', ({ remove }) => remove()]], 'REFERENCE_NOT_FOUND'],
  [
    'has one image that runs for ever',
    ({ image, scans }) => scans('for ever', firstOf(image)),
    [],
    'SCAN_UNFINISHED',
    { kind: 'index', timeoutSeconds: 20 },
  ],
];

(isReal ? describe.skip : describe)('a scan that is waited for', () => {
  it.each(rows)('%s', async (_title, before, acts, end, { kind, ...options } = {}) => {
    const stage = stageFor(await world.push(project, kind));
    await before(stage);
    const left = [...acts];
    const progress = ({ status }: ScanProgress): void => {
      if (left[0]?.[0] === status) void left.shift()?.[1](stage);
    };
    const all = { ...stage.image, harbor: world.harbor, timeoutSeconds: 600, clock: quickClock, ...options, progress };
    const outcome = await waitForReport(all).then(
      ({ vulnerabilities }) => `${vulnerabilities.length} found`,
      (error: unknown) => (error instanceof PilotError ? error.code : String(error)),
    );
    expect([outcome, left]).toEqual([end, []]);
  });
});

function stageFor(image: PushedImage): Stage {
  const path = `/projects/${image.project}/repositories/${image.repository}/artifacts/v1`;
  return {
    image,
    scans: (how, digest) => {
      if (digest === undefined) world.control.forgetScripts();
      const scan = {
        'for ever': { delaySeconds: 3600 },
        'in vain': { failure: 'no database' },
        well: { vulnerabilities: [planted('High')] },
      }[how];
      world.plant(image, { ...scan, ...(digest === undefined ? {} : { digest }) });
    },
    stop: () => world.post(`${path}/scan/stop`, { scan_type: 'vulnerability' }),
    remove: () => world.remove(path),
  };
}
