import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const program = resolve(import.meta.dirname, '../bin/harbor-pilot.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keys(args: readonly string[], password: string | undefined = 'password-of-the-key') {
  const env = { PATH: process.env.PATH, HOME: folder, COSIGN_PASSWORD: password };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'keys', ...args], {
    encoding: 'utf8',
    cwd: folder,
    env,
  });
  return { status, out: stdout, err: stderr };
}

describe('harbor-pilot keys', () => {
  it('makes a key pair, and prints the public key alone', () => {
    expect(keys(['generate'])).toMatchObject({ status: 0, out: expect.stringMatching(/^key-id=sha256:/) as unknown });
    const publicKey = readFileSync(join(folder, 'cosign.pub'), 'utf8');
    expect(keys(['public', '--key', 'cosign.key'])).toEqual({ status: 0, out: publicKey, err: '' });
    const { out } = keys(['public', '--key', 'cosign.key', '--json']);
    expect(JSON.parse(out)).toEqual({ outputs: { 'public-key': publicKey } });
  });

  it('ends with exit code 2 when there is a key, and with 4 when the command that signs fails', () => {
    expect(keys(['generate'])).toMatchObject({ status: 2, err: expect.stringContaining('FILE_UNWRITABLE') as unknown });
    expect(keys(['public', '--signer-command', 'false'])).toMatchObject({ status: 4, out: '' });
  });
});
