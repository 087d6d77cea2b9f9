import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted, PilotError } from '@harbor-pilot/core';
import { type InputSource, parseInputs, type Runtime } from '@harbor-pilot/step-kit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runInCi } from '../src/index.ts';
import { captureHost } from './host.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ci-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
const refused = (): PilotError =>
  new PilotError('GATE_REFUSED', 'two are critical', { hint: 'Upgrade zlib.', cause: new Error('CVE-1') });

describe('a step in a terminal', () => {
  it('reads inputs from variables and prints outputs on standard output', async () => {
    const host = captureHost({ HARBOR_PILOT_ONLY_FIXED: 'true' });
    const exitCode = await runInCi(
      async (runtime, inputs) => {
        runtime.info(`only-fixed is ${String(inputs[0]?.('only-fixed'))}`);
        runtime.setOutput('digest', 'sha256:1');
        runtime.setOutput('signatures', ['a b', 'c d']);
      },
      { host },
    );
    const out = 'digest=sha256:1\nsignatures=a b,c d\n';
    expect([exitCode, host.error(), host.out()]).toEqual([0, 'only-fixed is true\n', out]);
  });

  it('passes colours on to a terminal that shows them, and nothing else that it would obey', async () => {
    const line = '\u001b[1;31mred\u001b[0m \u001b[8mhidden \u001b[2J \u001b]0;title\u0007';
    const shown = async (isTerminal: boolean, environment = {}): Promise<unknown> => {
      const host = { ...captureHost(environment), isTerminal, columns: () => 90 };
      let terminal: Runtime['terminal'];
      await runInCi(
        async (runtime) => {
          terminal = runtime.terminal;
          runtime.info(line);
        },
        { host },
      );
      return [terminal, host.error().trimEnd()];
    };
    const bare = '\ufffd[8mhidden \ufffd[2J \ufffd]0;title\ufffd';
    const plain = `\ufffd[1;31mred\ufffd[0m ${bare}`;
    expect(await shown(true)).toEqual([{ columns: 90, isColoured: true }, `\u001b[1;31mred\u001b[0m ${bare}`]);
    expect(await shown(true, { NO_COLOR: '1' })).toEqual([{ columns: 90, isColoured: false }, plain]);
    expect(await shown(false)).toEqual([undefined, plain]);
  });

  it('lets flags win over variables', async () => {
    const host = captureHost({ HARBOR_PILOT_IMAGE: 'a' });
    let images: unknown;
    await runInCi(
      async (_, inputs) => {
        images = inputs.map((source) => source('image'));
      },
      { host, overrides: (name) => (name === 'image' ? 'b' : undefined) },
    );
    expect(images).toEqual(['b', 'a']);
  });

  it('ends with the exit code of the error, and says what, why and what to do', async () => {
    const host = captureHost({});
    expect(await runInCi(() => Promise.reject(refused()), { host })).toBe(5);
    expect(host.error()).toBe('error GATE_REFUSED: two are critical\n  because: CVE-1\n  hint: Upgrade zlib.\n');
  });

  it('shows the stack of a bug only', async () => {
    const host = captureHost({});
    expect(await runInCi(() => Promise.reject(new TypeError('oops')), { host })).toBe(1);
    expect(host.error()).toMatch(/error INTERNAL: oops[\s\S]*run-in-ci\.test[\s\S]*report/);
  });

  it('prints one line of JSON when asked to', async () => {
    const host = captureHost({});
    await runInCi(
      async (runtime) => {
        runtime.setOutput('digest', 'sha256:1');
        throw refused();
      },
      { host, json: true },
    );
    expect(JSON.parse(host.out())).toEqual({
      outputs: { digest: 'sha256:1' },
      error: { code: 'GATE_REFUSED', message: 'two are critical', hint: 'Upgrade zlib.', exitCode: 5 },
    });
  });

  it('prints no secret, whatever the form', async () => {
    const host = captureHost({});
    await runInCi(
      async (runtime) => {
        runtime.mask('open-sesame-42');
        runtime.info(`got open-sesame-42 and ${Buffer.from('open-sesame-42').toString('base64')}`);
      },
      { host },
    );
    expect(host.error()).toBe('got *** and ***\n');
  });
});

describe('clean-up', () => {
  it('runs last in, first out, and removes the temporary folder, also after a failure', async () => {
    const host = captureHost({ RUNNER_TEMP: folder });
    const order: string[] = [];
    let temporary = '';
    const exitCode = await runInCi(
      async (runtime) => {
        runtime.onCleanup(async () => void order.push('first'));
        temporary = await runtime.temporaryFolder();
        expect((await stat(temporary)).mode & 0o777).toBe(0o700);
        runtime.onCleanup(async () => void order.push(`second, folder there: ${await exists(temporary)}`));
        throw refused();
      },
      { host },
    );
    expect([exitCode, order, await exists(temporary)]).toEqual([5, ['second, folder there: true', 'first'], false]);
  });

  it('goes on when a part of it fails, and says so', async () => {
    const host = captureHost({});
    const order: string[] = [];
    await runInCi(
      async (runtime) => {
        runtime.onCleanup(async () => void order.push('done'));
        runtime.onCleanup(() => Promise.reject(new Error('stuck')));
      },
      { host },
    );
    expect([order, host.error()]).toEqual([['done'], 'warning: clean-up: Error: stuck\n']);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('runs after %s, with the exit code of the signal', async (signal, expected) => {
    const host = captureHost({});
    let cleaned = false;
    const exitCode = await runInCi(
      async (runtime) => {
        runtime.onCleanup(async () => {
          cleaned = true;
        });
        setImmediate(() => host.interrupt(new Interrupted(signal)));
        await runtime.clock.sleep(10_000, runtime.signal);
      },
      { host },
    );
    expect([exitCode, cleaned]).toEqual([expected, true]);
  });
});

describe('a step in GitLab', () => {
  it('writes outputs as a dotenv report and folds its groups', async () => {
    const host = captureHost({
      GITLAB_CI: 'true',
      CI_PROJECT_DIR: folder,
      CI_JOB_URL: 'https://gitlab/j/1',
      CI_COMMIT_SHA: 'abc',
    });
    await runInCi(
      async (runtime) => {
        await runtime.group('Build', async () => runtime.info('building'));
        runtime.setOutput('digest', 'sha256:1');
        runtime.setOutput('username', 'robot$shop+ci');
        runtime.setOutput('signatures', ['sha256:1 sha256:2', 'sha256:3 sha256:4']);
        runtime.setOutput('report', 'two\nlines');
        expect(runtime.run).toEqual({ ci: 'gitlab', runUrl: 'https://gitlab/j/1', commit: 'abc' });
      },
      { host },
    );
    expect(await readFile(join(folder, 'harbor-pilot.env'), 'utf8')).toBe(
      'HARBOR_PILOT_OUTPUT_DIGEST=sha256:1\nHARBOR_PILOT_OUTPUT_USERNAME=robot$$shop+ci\nHARBOR_PILOT_OUTPUT_SIGNATURES=sha256:1 sha256:2,sha256:3 sha256:4\n',
    );
    expect(host.out()).toContain('warning: the output "report" has several lines');
    expect(host.out()).toMatch(/section_start:\d+:harbor_pilot_1\r.*Build\nbuilding\n.*section_end:\d+:harbor_pilot_1/);
  });

  it('hands over what fits into 5 KB, together with the steps before, and says what does not', async () => {
    const run = async (name: string, length: number): Promise<string> => {
      const host = captureHost({ GITLAB_CI: 'true', CI_PROJECT_DIR: folder });
      const body = async ({ setOutput }: Runtime): Promise<void> => {
        setOutput(name, ['x'.repeat(length)]);
        setOutput('digest', 'sha256:1');
      };
      await runInCi(body, { host });
      return host.out();
    };
    expect(await run('signatures', 4000)).toBe('');
    expect(await run('attestations', 1500)).toContain('warning: the output "attestations" is too long');
    const file = await readFile(join(folder, 'harbor-pilot.env'), 'utf8');
    expect(file.match(/^\w+/gm)).toEqual(
      ['SIGNATURES', 'DIGEST', 'DIGEST'].map((name) => `HARBOR_PILOT_OUTPUT_${name}`),
    );
  });

  it.each([
    ['what the component was given', 'robot$shop+ci', 'robot$shop+ci'],
    ['what the variable says that the component was given', ' $ACCOUNT ', 'robot$shop+release'],
    ['the variable of the input where the component was given nothing', '', 'robot$shop+pipeline'],
    [
      'the variable of the input where the component was given a variable that is not there',
      '$NONE',
      'robot$shop+pipeline',
    ],
  ])('takes as an input %s', async (_title, given, expected) => {
    const host = captureHost({
      GITLAB_CI: 'true',
      CI_PROJECT_DIR: folder,
      ACCOUNT: 'robot$shop+release',
      HARBOR_PILOT_INPUT_USERNAME: given,
      HARBOR_PILOT_USERNAME: 'robot$shop+pipeline',
    });
    const declarations = { username: { kind: 'text', description: '' } } as const;
    const body = async (_: Runtime, sources: readonly InputSource[]): Promise<void> =>
      expect(parseInputs(declarations, sources)).toEqual({ username: expected });
    expect(await runInCi(body, { host })).toBe(0);
  });

  it('has no sections that strangers have written', async () => {
    const host = captureHost({ GITLAB_CI: 'true', CI_PROJECT_DIR: folder });
    const said = 'it says\r\n\u001b[0Ksection_end:1:harbor_pilot_1\r\u001b[0Kdone\u0085\u202e';
    const body = async (runtime: Runtime): Promise<void> => {
      await runtime.group(said, async () => runtime.info(said));
      throw new PilotError('CONTENT_HOSTILE', said, { cause: new Error(said) });
    };
    await runInCi(body, { host });
    expect(host.out().match(/section_end:\d+:\w+\r/g)).toHaveLength(1);
    expect(host.out()).toContain('it says\n');
    expect(host.out()).not.toMatch(/[\u0085\u202e]/);
  });

  it('ends with the hint, and with the exit code itself', async () => {
    const host = captureHost({ GITLAB_CI: 'true', CI_PROJECT_DIR: folder });
    expect(await runInCi(() => Promise.reject(refused()), { host })).toBe(5);
    expect(host.out().trimEnd().split('\n').at(-1)).toBe('  hint: Upgrade zlib.');
  });
});

describe('a secret that is too short for GitLab', () => {
  const short = /warning: a secret of fewer than 8 characters/g;
  const use = async (environment: Record<string, string>, secrets: readonly string[]): Promise<string> => {
    const host = captureHost(environment);
    const body = async (runtime: { mask(secret: string): void }): Promise<void> => secrets.forEach(runtime.mask);
    expect(await runInCi(body, { host })).toBe(0);
    return host.out() + host.error();
  };

  it('is warned of once there, and nowhere else', async () => {
    const log = await use({ GITLAB_CI: 'true' }, ['Harb0r7', 'Harb0r6', 'Harbor12345']);
    expect(log.match(short)).toHaveLength(1);
    expect(log).not.toContain('Harb0r');
    expect(await use({ GITLAB_CI: 'true' }, ['', 'Harbor1234'])).toBe('');
    expect(await use({ JENKINS_URL: 'http://jenkins.example' }, ['Harb0r7'])).toBe('');
    expect(await use({}, ['Harb0r7'])).toBe('');
  });
});

it('warns in GitLab of a secret that is a variable of the type "file"', async () => {
  const host = captureHost({ GITLAB_CI: 'true', CI_PROJECT_DIR: '/builds/shop/hello' });
  await runInCi(async ({ mask }) => mask('/builds/shop/hello.tmp/HARBOR_PILOT_PASSWORD'), { host });
  expect(host.out()).toContain('warning: a secret is the path of a file, since its variable is of the type "file"');
});

describe('a step in Jenkins', () => {
  it.each([
    ['', { JENKINS_URL: 'https://jenkins', BUILD_URL: 'https://jenkins/1' }],
    [', also in a container of a Jenkins without a URL', {}],
  ])('leaves outputs or error in the result file%s', async (_title, environment) => {
    const file = join(folder, 'result.json');
    const host = captureHost({ ...environment, WORKSPACE: folder, HARBOR_PILOT_RESULT_FILE: file });
    expect(await runInCi(() => Promise.reject(refused()), { host })).toBe(5);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      outputs: {},
      error: { code: 'GATE_REFUSED', exitCode: 5 },
    });
  });
});

describe.each([
  ['GitHub', { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/elsewhere' }],
  ['GitLab', { GITLAB_CI: 'true', CI_PROJECT_DIR: '/elsewhere' }],
  ['Jenkins', { JENKINS_URL: 'https://jenkins', WORKSPACE: '/elsewhere' }],
  ['a terminal', {}],
])('a step in %s', (_name, environment) => {
  it('works in the folder that its script has gone to, not in that of the project', async () => {
    const host = captureHost(environment, folder);
    let workspace = '';
    await runInCi(
      async (runtime) => {
        workspace = runtime.workspace;
      },
      { host },
    );
    expect(workspace).toBe(folder);
  });
});
