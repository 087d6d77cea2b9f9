import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted, redact, systemClock } from '@harbor-pilot/core';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openExternalSigner, parsePublicKey, type SignerCommand } from '../src/index.ts';
import { isSignedBy } from '../src/keys/algorithm.ts';

const folder = mkdtempSync(join(tmpdir(), 'external-signer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Buffer.from('what is signed');

/** A program that answers by a function body of Node, which has `request`, `key` and `publicKey`. */
function program(name: string, body: string, key = generateKeyPairSync('ec', { namedCurve: 'P-256' })): SignerCommand {
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeFileSync(join(folder, `${name}.pem`), pem);
  writeFileSync(
    join(folder, name),
    `#!${process.execPath}
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const fs = require('node:fs');
const key = createPrivateKey(fs.readFileSync(${JSON.stringify(join(folder, `${name}.pem`))}));
const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
const request = JSON.parse(fs.readFileSync(0, 'utf8'));
fs.appendFileSync(${JSON.stringify(join(folder, `${name}.log`))}, JSON.stringify({ request, env: process.env, argv: process.argv.slice(2) }) + '\\n');
const answer = (value) => process.stdout.write(JSON.stringify(value));
${body}
`,
  );
  chmodSync(join(folder, name), 0o755);
  return {
    command: [`./${name}`, '--key', 'a b;$(c)'],
    environment: {
      PATH: process.env.PATH,
      HARBOR_PILOT_PASSWORD: 'ours',
      AWS_REGION: 'r',
      AWS_SECRET_ACCESS_KEY: 'theirs-1234',
    },
    variables: ['AWS_*'],
    folder,
    timeoutSeconds: 30,
    clock: systemClock,
  };
}

const signing = (options = '') => `
if (request.operation === 'public-key') answer({ publicKey });
else answer({ signature: sign(request.hash ?? null, Buffer.from(request.data, 'base64'), ${options === '' ? 'key' : `{ key, ${options} }`}).toString('base64') });`;

describe('a command that signs', () => {
  it.each([
    ['ec', generateKeyPairSync('ec', { namedCurve: 'P-384' }), signing()],
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }), signing()],
    ['ed25519', generateKeyPairSync('ed25519'), signing()],
    ['raw', generateKeyPairSync('ec', { namedCurve: 'P-521' }), signing("dsaEncoding: 'ieee-p1363'")],
  ])('signs with a key of its own (%s)', async (name, key, body) => {
    const signer = await openExternalSigner(program(name, body, key));
    const { key: publicKey, keyId } = parsePublicKey(signer.publicKeyPem);
    expect(signer.keyId).toBe(keyId);
    for (let time = 0; time < 4; time += 1) expect(isSignedBy(publicKey, bytes, await signer.sign(bytes))).toBe(true);
  });

  it('is told what to sign, and sees nothing of ours', async () => {
    await (await openExternalSigner(program('seen', signing()))).sign(bytes);
    const lines = readFileSync(join(folder, 'seen.log'), 'utf8').trim().split('\n');
    const [first, second] = lines.map((line) => JSON.parse(line) as { request: object; env: object; argv: string[] });
    expect(first?.request).toEqual({ protocol: 1, operation: 'public-key' });
    expect(second?.request).toEqual({
      protocol: 1,
      operation: 'sign',
      algorithm: 'ecdsa-sha2-256-nistp256',
      hash: 'sha256',
      digest: createHash('sha256').update(bytes).digest('base64'),
      data: bytes.toString('base64'),
    });
    expect(first?.argv).toEqual(['--key', 'a b;$(c)']);
    expect(first?.env).toEqual({ PATH: process.env.PATH, AWS_REGION: 'r', AWS_SECRET_ACCESS_KEY: 'theirs-1234' });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'exit-code',
      "console.error('no such key'); process.exit(3)",
      'SIGNER_FAILED',
      /ended with exit code 3: no such key/,
    ],
    ['error', "answer({ error: 'the token has expired' })", 'SIGNER_FAILED', /refused: the token has expired/],
    [
      'signal',
      "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1e4)",
      'SIGNER_FAILED',
      /was ended by SIGKILL/,
    ],
    ['no-json', "console.log('hello')", 'SIGNER_FAILED', /did not answer with a JSON object/],
    ['nothing', '', 'SIGNER_FAILED', /did not answer with a JSON object/],
    ['much', "process.stdout.write('a'.repeat(1e6))", 'SIGNER_FAILED', /more than 65536 bytes/],
    ['no-key', 'answer({})', 'SIGNER_FAILED', /without its public key/],
    [
      'private',
      "answer({ publicKey: key.export({ type: 'pkcs8', format: 'pem' }) })",
      'KEY_INVALID',
      /is a private key/,
    ],
    [
      'other',
      "answer({ publicKey, algorithm: 'rsa-pss' })",
      'KEY_INVALID',
      /signs by "rsa-pss", but cosign verifies ecdsa-sha2-256/,
    ],
    [
      'leak',
      "console.error('using ' + process.env.AWS_SECRET_ACCESS_KEY); process.exit(1)",
      'SIGNER_FAILED',
      /using \*\*\*$/,
    ],
  ])('that fails is an error (%s)', async (name, body, code, message) => {
    const failed = openExternalSigner(program(name, body));
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    await expect(failed).rejects.toHaveProperty('hint');
  });

  it('gives no signature that its public key does not verify', async () => {
    const twice = "sign('sha256', Buffer.from(request.digest, 'base64'), key)";
    const body = `answer(request.operation === 'sign' ? { signature: ${twice}.toString('base64') } : { publicKey })`;
    const signer = await openExternalSigner(program('twice', body));
    await expect(signer.sign(bytes)).rejects.toMatchObject({
      code: 'SIGNER_FAILED',
      hint: expect.stringContaining('not hashed once more') as unknown,
    });
    const empty = await openExternalSigner(program('empty', 'answer({ publicKey })'));
    await expect(empty.sign(bytes)).rejects.toThrow(/not one of its public key/);
  });

  it.each(['null', "''"])('may leave a field without a text: error %s', async (error) => {
    const body = `const given = answer; { const answer = (value) => given({ error: ${error}, ...value }); ${signing()} }`;
    const signer = await openExternalSigner(program(`error-${error.length}`, body));
    await expect(signer.sign(bytes)).resolves.toBeDefined();
  });

  it('that is not there, or takes too long, is an error', async () => {
    const missing = { ...program('there', ''), command: ['./not-there'] };
    await expect(openExternalSigner(missing)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const slow = { ...program('slow', 'setTimeout(() => {}, 60_000)'), timeoutSeconds: 0.2 };
    await expect(openExternalSigner(slow)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      hint: expect.stringContaining('signer-timeout') as unknown,
    });
  });

  it('is left when its time is over, although what it has started keeps its output open', async () => {
    const body = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 15_000)'], {
      detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
      setTimeout(() => {}, 60_000);`;
    const impatient = { ...systemClock, sleep: (ms: number, stop?: AbortSignal) => systemClock.sleep(ms / 10, stop) };
    const held = openExternalSigner({ ...program('held', body), timeoutSeconds: 20, clock: impatient });
    const began = performance.now();
    await expect(held).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(performance.now() - began).toBeLessThan(12_000);
  });

  it('is ended by the signal', async () => {
    const interrupt = new AbortController();
    const command = { ...program('aborted', 'setTimeout(() => {}, 60_000)'), signal: interrupt.signal };
    const asked = openExternalSigner(command);
    setTimeout(() => interrupt.abort(new Interrupted('SIGTERM')), 200);
    await expect(asked).rejects.toThrow('interrupted by SIGTERM');
  });

  it('has its secrets hidden, not its settings', async () => {
    await openExternalSigner(program('hidden', signing()));
    expect(redact('theirs-1234 r')).toBe('*** r');
  });
});
