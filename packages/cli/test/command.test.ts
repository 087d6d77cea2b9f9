import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const program = resolve(import.meta.dirname, '../bin/harbor-pilot.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    cwd: folder,
    input: options.input ?? '',
    env: { PATH: process.env.PATH, HOME: folder, ...options.env },
  });
  return { status, out: stdout, err: stderr };
}

describe('harbor-pilot', () => {
  it('lists its commands', () => {
    const { status, out } = run(['--help']);
    expect(status).toBe(0);
    for (const name of [
      'login',
      'build',
      'push',
      'sign',
      'verify',
      'scan-gate',
      'attest',
      'rollout',
      'release',
      'dev-harbor',
      'robots',
      'exceptions',
      'demo',
    ])
      expect(out).toContain(`  ${name} `);
  });

  it('offers every plain input of a step as a flag, and no secret', () => {
    const { status, out } = run(['release', '--help']);
    expect(status).toBe(0);
    for (const flag of ['--image', '--only-fixed', '--rollout-timeout', '--password-stdin', '--json'])
      expect(out).toContain(flag);
    expect(out).not.toMatch(/--(password|key-password|pull-password) /);
    expect(out).toContain('HARBOR_PILOT_KEY_PASSWORD');
  });

  it('shows defaults as one would write them, the words that can be chosen, and where a secret can come from', () => {
    const { out } = run(['release', '--help']);
    const text = out.replace(/\s+/g, ' ');
    expect(text).not.toContain('preset');
    expect(text).toContain('(default: 600s)');
    expect(text).toContain('One of harbor, file, trivy, grype.');
    expect(text).toContain('variables, the password on standard input, too:');
  });

  it.each(['sign', 'attest', 'keys generate'])(
    'says of %s in plain text how else its own inputs can be given',
    (words) => {
      const { out } = run([...words.split(' '), '--help']);
      const [, flag = '', variable = ''] = /can come as a variable, (--[\w-]+) as (\w+)/.exec(out) ?? [];
      expect(out).toContain(`  ${flag} `);
      expect(variable).toBe(`HARBOR_PILOT_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`);
      expect(out).not.toContain('`');
    },
  );

  it('takes a switch without a value', () => {
    const env = { HARBOR_PILOT_UNDO: 'maybe', KUBECONFIG: 'absent' };
    const args = ['rollout', '--registry', 'h.example.com', '--image', 'a/b', '--workload', 'deployment/a'];
    expect(run(args, { env }).err).toContain('"undo" is "maybe"');
    expect(run([...args, '--undo'], { env }).err).toContain('absent cannot be read');
  });

  it.each([
    [[]],
    [['releese']],
    [['release', '--imgae', 'x']],
    [['release']],
    [['login', '--registry', 'h.example.com']],
    [['robots', 'rotate', '--robot', 'robot$a+b']],
  ])('%p is wrong usage, which ends with 2 and words on standard error', (args) => {
    const { status, err } = run(args);
    expect(status).toBe(2);
    expect(err).not.toBe('');
  });

  it.each(['login', 'doctor', 'build'])('tells a beginner how %s is given what it needs', (step) => {
    expect(run([step]).err).toMatch(/\(in a terminal --(registry|image)\), as the variable HARBOR_PILOT_/);
  });

  it('suggests what a mistyped flag could be', () => {
    expect(run(['release', '--imgae', 'x']).err).toMatch(/Did you mean --image/);
  });

  it('says where a secret belongs that is given as a flag, and does not repeat it', () => {
    for (const args of [['--password', 'hunter2'], ['--password=hunter2'], ['--password']]) {
      const { status, out, err } = run(['login', '--registry', 'h.example.com', '--username', 'u', ...args]);
      expect([status, err]).toEqual([2, expect.stringMatching(/HARBOR_PILOT_PASSWORD, or use --password-stdin/)]);
      expect(out + err).not.toContain('hunter2');
    }
    const { err } = run(['sign', '--key-password', 'hunter2']);
    expect(err).toMatch(/HARBOR_PILOT_KEY_PASSWORD\./);
  });

  it('tells whoever gives the image as other tools take it that it has a flag', () => {
    expect(run(['sign', 'h.example.com/shop/app:1']).err).toContain('such as --image');
  });

  it.each(['--help', 'release --help', 'release --json'])(
    'ends as ever when nobody reads what it says: %s',
    (words) => {
      const script = `exec 3>&1; { ${JSON.stringify(process.execPath)} ${JSON.stringify(program)} ${words} 2>&1; echo "ended with $?" >&3; } | true`;
      const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', cwd: folder });
      expect([stdout, stderr]).toEqual([`ended with ${words.includes('--json') ? 2 : 0}\n`, '']);
    },
  );

  it('takes a flag for several values several times, and any other only once', () => {
    const twice = run(['verify', '--image', 'a.example.com/b/c', '--image', 'd.example.com/e/f']);
    expect([twice.status, twice.err]).toEqual([2, expect.stringContaining('given twice')]);
    const tags = run(['release', '--image', 'h.example.com/a/b', '--tags', '1.0', '--tags', 'not a tag']);
    expect(tags.err).toContain('"not a tag" is not a tag');
  });

  it('takes an empty password on standard input for a mistake', () => {
    const { status, err } = run(['login', '--registry', 'h.example.com', '--username', 'u', '--password-stdin'], {
      input: '\n',
    });
    expect([status, err]).toEqual([2, expect.stringContaining('the password on standard input is empty')]);
  });

  it('prints an error as JSON where that is asked for', () => {
    const { status, out } = run(['release', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ outputs: {}, error: { code: 'INPUT_INVALID', exitCode: 2 } });
  });

  it('checks exceptions, and fails when one has ended', () => {
    const file = join(folder, 'ended.txt');
    writeFileSync(file, 'CVE-2026-1 exp:2020-01-01\n');
    const { status, out } = run(['exceptions', 'check', '--exception-files', file, '--json']);
    expect(status).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ outputs: { expired: '1' }, error: { code: 'EXCEPTION_EXPIRED' } });
  });

  it.each([
    ['dev-harbor', '--data'],
    ['demo', '--output'],
  ])('says of %s that its folder cannot be made', (...words) => {
    writeFileSync(join(folder, 'taken'), '');
    const { status, err } = run([...words, 'taken']);
    expect([status, err]).toEqual([2, expect.stringContaining('FILE_UNWRITABLE')]);
  });

  it('reads flags, their aliases, and variables; flags win', () => {
    const key = join(folder, 'k.pem');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
    const env = { HARBOR_PILOT_IMAGE: 'h.example.com/shop/app@sha256:1', HARBOR_PILOT_PUBLIC_KEY: key };
    expect(run(['verify'], { env }).err).toContain('is not a digest');
    expect(
      run(['verify', '--subject-name', 'h.example.com/app'], { env: { HARBOR_PILOT_PUBLIC_KEY: key } }).err,
    ).toContain('names no project');
    expect(run(['verify', '--image', 'h.example.com/Shop/app'], { env }).err).toContain('upper case');
  });
});
