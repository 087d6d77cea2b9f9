import type { RuntimeName } from '@harbor-pilot/step-kit';
import { allSteps } from '@harbor-pilot/steps';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findTraces } from './canary.ts';
import type { Hazard } from './hazards.ts';
import type { Ended } from './job.ts';
import { brokerLogin, password, plainRelease, type Stage, setStage, signalOn } from './stage.ts';

const cis: readonly RuntimeName[] = ['github', 'gitlab', 'jenkins', 'terminal'];
/** A login is there twice: as an account of its own, and with one that makes another for the job. */
const steps = [...allSteps.map(({ name }) => name), brokerLogin, plainRelease];

const clusterSteps = ['rollout', 'release', 'pull-secret'];
/** They talk to nobody here, or come no further than another one when something is wrong. */
const calmSteps = ['build', 'logout', plainRelease];

interface Case {
  readonly step: string;
  readonly ci: RuntimeName;
  readonly hazard: Hazard;
}

/** Each step meets each hazard, in one front end after the other. */
function casesOf(hazards: readonly Hazard[]): readonly Case[] {
  return hazards.flatMap((hazard, row) =>
    steps
      .map((step, column) => ({ step, hazard, ci: cis[(row + column) % cis.length] ?? 'terminal' }))
      .filter(({ step }) => !calmSteps.includes(step) || hazard.name === 'nothing')
      // It waits for a while whether a robot account was made that is to be deleted.
      .filter(({ step }) => step !== brokerLogin || hazard.inTheMiddle === undefined),
  );
}

/** Runs cases, some at a time. */
async function runAll(cases: readonly Case[], stage: Stage, atOnce: number): Promise<readonly (Case & Ended)[]> {
  const results: (Case & Ended)[] = [];
  const rest = [...cases];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      results.push({ ...next, ...(await stage.run(next.step, next.ci, next.hazard)) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

describe('whatever step meets whatever hazard, in whatever front end', () => {
  let stage: Stage;
  let ended: readonly (Case & Ended)[];
  const nameOf = ({ step, ci, hazard }: Case): string => `${step} on ${ci} with ${hazard.name}`;
  beforeAll(async () => {
    stage = await setStage();
    const cases = casesOf(stage.hazards);
    const isInterrupted = ({ hazard }: Case): boolean => hazard.inTheMiddle !== undefined;
    ended = [
      ...(await runAll(cases.filter(isInterrupted), stage, 1)),
      ...(await runAll(
        cases.filter((one) => !isInterrupted(one)),
        stage,
        6,
      )),
    ];
  }, 400_000);
  afterAll(() => stage?.close());

  it('the step ends as it should, so that it did meet the hazard', () => {
    const expected = ({ step, ci, hazard }: Case): number => {
      if (hazard.inTheMiddle !== undefined) return signalOn(ci) === 'SIGINT' ? 130 : 143;
      // The cluster refuses its token.
      return hazard.exitCode ?? (clusterSteps.includes(step) ? 3 : 0);
    };
    // The doctor ends as bad as the worst that it finds, and logout has nothing to delete.
    const all = ended.filter(({ step }) => !['doctor', 'logout'].includes(step));
    const codes = all.map((one) => `${nameOf(one)}: ${one.exitCode}`);
    expect(codes).toEqual(all.map((one) => `${nameOf(one)}: ${expected(one)}`));
    for (const one of ended) expect([nameOf(one), one.exitCode]).not.toEqual([nameOf(one), 1]);
  });

  it('row 43: no secret, in whatever form, is in its output, in a file, a command line or the environment of another program', () => {
    const found = ended.flatMap((one) =>
      findTraces([...stage.canaries, ...one.minted], one.places).map((trace) => `${nameOf(one)}: ${trace}`),
    );
    expect(found).toEqual([]);
    const seen = new Set(ended.flatMap(({ places }) => [...places.keys()]));
    for (const report of [
      'work/harbor-pilot.html',
      'work/harbor-pilot.json',
      'work/.harbor-pilot/doctor/doctor.html',
    ]) {
      expect([...seen]).toContain(report);
    }
    const programs = [...seen].filter((name) => name.startsWith('environment-of'));
    expect(programs.sort()).toEqual(['environment-of-docker-credential-canary', 'environment-of-kube-canary']);
  });

  it('row 44: the runner of GitHub is told every form and every line of a secret', () => {
    const isGiven = ({ step, hazard }: Case): boolean => hazard.isHelped !== true && step !== 'logout';
    const onGithub = ended.filter((one) => one.ci === 'github' && isGiven(one));
    expect(onGithub.length).toBeGreaterThan(10);
    const escapeLine = (text: string): string => text.replaceAll('%', '%25').replaceAll('\n', '%0A');
    const forms = [
      ...password.secret.split('\n'),
      encodeURIComponent(password.secret),
      Buffer.from(password.secret).toString('base64'),
      JSON.stringify(password.secret).slice(1, -1),
    ];
    const masks = forms.map((form) => `::add-mask::${escapeLine(form)}`);
    for (const { maskLines } of onGithub) expect(maskLines).toEqual(expect.arrayContaining(masks));
  });

  it('row 45: a login is for its owner only, and one that fails or is interrupted leaves nothing', () => {
    for (const one of ended) {
      const isKept = [brokerLogin, 'login'].includes(one.step) && one.exitCode === 0;
      const modes = isKept ? { folder: 0o700, 'config.json': 0o600, 'auth.json': 0o600 } : {};
      expect([nameOf(one), one.loginModes, one.temporary]).toEqual([nameOf(one), modes, []]);
    }
  });
});
