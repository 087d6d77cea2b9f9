import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const program = resolve(import.meta.dirname, '../bin/harbor-pilot.mjs');
const password = 'a secret for stores';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-certificates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function certificates(args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'certificates', ...args], {
    encoding: 'utf8',
    cwd: folder,
    input: options.input ?? '',
    env: { PATH: process.env.PATH, HOME: folder, ...options.env },
  });
  return { status, out: stdout, err: stderr };
}

describe('harbor-pilot certificates', () => {
  it('makes, lays out, revokes and checks', () => {
    const create = ['create', '--out', 'ca', '--host', 'h.example.com,127.0.0.1', '--client', 'ci', '--pkcs12'];
    const made = certificates([...create, '--password-stdin'], { input: `${password}\n` });
    expect([made.status, made.err]).toEqual([
      0,
      expect.stringMatching(/made .*ca\.crt[\s\S]*h\.example\.com\.crt[\s\S]*client-ci\.crt/),
    ]);
    expect(made.err + made.out).not.toContain(password);
    expect(certificates(create, { env: { HARBOR_PILOT_PKCS12_PASSWORD: password } }).err).toContain('kept');

    const layout = ['layout', '--host', 'h.example.com', '--ca', 'ca/ca.crt', '--out', 'trust', '--for', 'docker,java'];
    const laidOut = certificates(layout, { env: { HARBOR_PILOT_PKCS12_PASSWORD: password } });
    expect([laidOut.status, laidOut.err]).toEqual([0, expect.stringContaining('Docker needs no restart')]);
    expect(existsSync(join(folder, 'trust/etc/docker/certs.d/h.example.com/ca.crt'))).toBe(true);

    expect(certificates(['revoke', '--out', 'ca', 'ca/client-ci.crt']).status).toBe(0);
    expect(readFileSync(join(folder, 'ca/ca.crl'), 'utf8')).toContain('BEGIN X509 CRL');

    const good = certificates(['check', 'ca/h.example.com.crt']);
    expect([good.status, good.err]).toEqual([0, expect.stringContaining('names h.example.com, 127.0.0.1')]);
    const expiring = certificates(['check', 'ca/h.example.com.crt', '--days', '91', '--json']);
    expect(expiring.status).toBe(5);
    const { outputs, error } = JSON.parse(expiring.out) as { outputs: { certificates: string }; error: unknown };
    expect(error).toMatchObject({ code: 'CERTIFICATE_EXPIRING', exitCode: 5 });
    expect(JSON.parse(outputs.certificates)).toMatchObject([{ state: 'expiring', key: 'ECDSA P-256', daysLeft: 89 }]);

    writeFileSync(join(folder, 'ca/broken.crt'), 'no certificate');
    const partly = certificates(['check', '127.0.0.1:1', 'ca']);
    expect([partly.status, partly.err]).toEqual([4, expect.stringContaining('names h.example.com, 127.0.0.1')]);
    expect(partly.err).toContain('warning: ca/broken.crt holds a certificate that cannot be read');
    expect(partly.err).toContain('error NETWORK_UNREACHABLE: 127.0.0.1:1 shows no certificate');
    const worse = certificates(['check', '127.0.0.1:1', 'ca', '--days', '91']);
    expect([worse.status, worse.err]).toEqual([
      5,
      expect.stringContaining('warning: 127.0.0.1:1 shows no certificate'),
    ]);
  });

  it.each([
    [[]],
    [['create', '--out', 'x']],
    [['create', '--out', 'x', '--host', 'h.example.com', '--days', '0']],
    [['create', '--out', 'x', '--host', 'h.example.com', '--key-type', 'dsa']],
    [['create', '--out', 'x', '--host', 'h.example.com', '--pkcs12']],
    [['layout', '--host', 'h', '--ca', 'x', '--out', 'y', '--for', 'nothing']],
    [['layout', '--host', 'h', '--ca', 'x', '--out', 'y', '--for', 'docker', '--client-key', 'k']],
    [['revoke', '--out', 'none']],
    [['check']],
    [['check', 'none.crt']],
  ])('%p is wrong usage, which ends with 2 and words on standard error', (args) => {
    const { status, err } = certificates(args);
    expect([status, err]).toEqual([2, expect.stringMatching(/\w/)]);
  });
});
