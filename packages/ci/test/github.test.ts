import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ci = resolve(import.meta.dirname, '../src/index.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'github-'));
  for (const name of ['output', 'env', 'state', 'summary']) await writeFile(join(folder, name), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `@actions/core` writes to the process, so the body runs in one of its own, as the runner starts it. */
function runAction(body: string, environment: Record<string, string> = {}): { status: number | null; out: string } {
  const program = `import { runInCi, runPost } from ${JSON.stringify(ci)};\n${body}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: resolve(import.meta.dirname, '..'),
    env: {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_ENV: join(folder, 'env'),
      GITHUB_STATE: join(folder, 'state'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'shop/hello',
      GITHUB_RUN_ID: '7',
      RUNNER_TEMP: folder,
      ...environment,
    },
  });
  return { status, out: stdout + stderr };
}

describe('a step in GitHub Actions', () => {
  it('gives the runner no commands that strangers have written', () => {
    const { out } = runAction(
      `const { PilotError } = await import('@harbor-pilot/core');
      const said = 'it says\\n ::stop-commands::x\\r\\n::add-mask::a\\n##[error]b\\n\\u0085::stop-commands::y';
      process.exitCode = await runInCi(async (runtime) => {
        runtime.info(said);
        runtime.warn(said);
        throw new PilotError('CONTENT_HOSTILE', said, { cause: new Error(said) });
      });`,
    );
    expect(out).toContain('it says\n : :stop-commands::x');
    expect(out).not.toContain('\u0085');
    const commands = out.split(/[\r\n]+/).flatMap((line) => /^\s*::([\w-]+)|##\[(\w+)/.exec(line)?.slice(1) ?? []);
    expect(commands.filter((name) => /stop|mask/.test(name))).toEqual([]);
    expect(out.match(/^(?!::).*##\[/gm)).toBeNull();
  });

  it('reads inputs, masks all forms of a secret, hands over outputs, variables and the summary', async () => {
    const { status, out } = runAction(
      `process.exitCode = await runInCi(async (runtime, inputs) => {
        runtime.mask(String(inputs[0]('password')));
        await runtime.group('Check', async () => runtime.info(inputs[0]('image') + ' ' + runtime.run.runUrl));
        runtime.setOutput('digest', 'sha256:1');
        runtime.setOutput('signatures', ['a b', 'c d']);
        runtime.exportVariable('DOCKER_CONFIG', '/x');
        await runtime.summary('# Released');
      });`,
      { INPUT_IMAGE: 'shop/hello:1', INPUT_PASSWORD: 'pa$$word-1', 'INPUT_ONLY-FIXED': '' },
    );
    expect(status).toBe(0);
    expect(out).toContain(`::add-mask::${Buffer.from('pa$$word-1').toString('base64')}`);
    expect(out).toContain('::add-mask::pa%2524%2524word-1');
    expect(out).toMatch(
      /::group::Check\n.*shop\/hello:1 https:\/\/github.com\/shop\/hello\/actions\/runs\/7\n::endgroup::/,
    );
    expect(await readFile(join(folder, 'output'), 'utf8')).toMatch(/sha256:1[\s\S]*\na b\nc d\n/);
    expect(await readFile(join(folder, 'env'), 'utf8')).toContain('DOCKER_CONFIG');
    expect(await readFile(join(folder, 'summary'), 'utf8')).toBe('# Released\n');
  });

  it.each([
    ['GITHUB_OUTPUT', "runtime.setOutput('digest', 'sha256:1')"],
    ['GITHUB_ENV', "runtime.exportVariable('A', 'b')"],
    ['GITHUB_STATE', "runtime.removeAfterJob('/x')"],
    ['GITHUB_STEP_SUMMARY', "runtime.summary('# Released')"],
  ])('says that what %s names cannot be written', (variable, call) => {
    const body = `process.exitCode = await runInCi(async (runtime) => ${call});`;
    const { status, out } = runAction(body, { [variable]: join(folder, 'no/such/file') });
    expect(status).toBe(2);
    expect(out).toContain(`::error title=FILE_UNWRITABLE::the file that the variable ${variable} names`);
  });

  it('fails with the lines of everywhere, and one annotation with code and hint', () => {
    const { status, out } = runAction(
      `const { PilotError } = await import('@harbor-pilot/core');
      process.exitCode = await runInCi(async () => {
        throw new PilotError('TAG_IMMUTABLE', '1.0 is taken', { hint: 'Choose another tag.', cause: new Error('412') });
      });`,
    );
    expect(status).toBe(7);
    expect(out).toContain('::error title=TAG_IMMUTABLE::1.0 is taken Hint: Choose another tag.');
    expect(out).toContain('error TAG_IMMUTABLE: 1.0 is taken\n  because: 412\n  hint: Choose another tag.\n');
  });

  it('removes in its post part what the main part left for the job', async () => {
    const kept = join(folder, 'kept');
    await mkdir(kept);
    runAction(`await runInCi(async (runtime) => runtime.removeAfterJob(${JSON.stringify(kept)}));`);
    const state = await readFile(join(folder, 'state'), 'utf8');
    expect(state).toContain(JSON.stringify([kept]));
    const post = runAction('process.exitCode = await runPost();', {
      'STATE_folders-to-remove': JSON.stringify([kept]),
    });
    expect([post.status, await stat(kept).catch(() => 'gone')]).toEqual([0, 'gone']);
  });

  it('has its post part log out with the inputs of the main part', async () => {
    const logouts = [{ registry: 'a.example', 'robot-id': '7' }, { registry: 'b.example' }];
    const calls = logouts.map((inputs) => `runtime.logOutAfterJob(${JSON.stringify(inputs)});`).join('\n');
    runAction(`await runInCi(async (runtime) => {${calls}});`);
    expect(await readFile(join(folder, 'state'), 'utf8')).toContain(JSON.stringify(logouts));
    const body = 'process.exitCode = await runPost(async (inputs) => console.log(JSON.stringify(inputs)));';
    const post = runAction(body, { STATE_logouts: JSON.stringify(logouts) });
    expect(post).toEqual({ status: 0, out: `${logouts.map((inputs) => JSON.stringify(inputs)).join('\n')}\n` });
  });

  it('logs out although a folder cannot be removed', async () => {
    await writeFile(join(folder, 'file'), '');
    const post = runAction('process.exitCode = await runPost(async () => console.log("logged out"));', {
      'STATE_folders-to-remove': JSON.stringify([join(folder, 'file/inside')]),
      STATE_logouts: '[{}]',
    });
    expect(post.status).toBe(2);
    expect(post.out).toMatch(/error FILE_UNWRITABLE: .*[\s\S]*logged out/);
  });
});
