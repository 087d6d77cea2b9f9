import { stat, unlink, writeFile } from 'node:fs/promises';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { describe, expect, it } from '@jest/globals';
import { revokeCertificates } from '../src/index.ts';
import { create, dayMilliseconds, now, run, temporaryFolder, text, tryRun } from './site.ts';

const later = (days: number): Date => new Date(now.getTime() + days * dayMilliseconds);
const leafFile = 'harbor.example.com.crt';
const keyFile = 'harbor.example.com.key';

describeWithPeers('certificates, as openssl sees them', ['openssl'], ({ openssl }) => {
  it.each(['ecdsa-p256', 'rsa-2048'] as const)('are right in chain, names and usages with %s keys', async (keyType) => {
    await using folder = await temporaryFolder();
    const hosts = ['harbor.example.com', '*.apps.example.com', '10.0.0.5', 'fd00:0::5', 'Bücher.example'];
    await create(folder.path, { keyType, hosts, clients: ['robot-ci'] });
    const ca = folder.file('ca.crt');
    const verify = ['verify', '-x509_strict', '-CAfile', ca, '-purpose'];
    run(openssl, [...verify, 'sslserver', '-verify_hostname', 'x.apps.example.com', folder.file(leafFile)]);
    run(openssl, [...verify, 'sslserver', '-verify_ip', 'fd00::5', folder.file(leafFile)]);
    run(openssl, [...verify, 'sslclient', folder.file('client-robot-ci.crt')]);
    expect(tryRun(openssl, [...verify, 'sslclient', folder.file(leafFile)]).status).not.toBe(0);
    expect(
      tryRun(openssl, [...verify, 'sslserver', '-verify_hostname', 'other.example.com', folder.file(leafFile)]).status,
    ).not.toBe(0);
    const leaf = run(openssl, ['x509', '-in', folder.file(leafFile), '-noout', '-text']);
    expect(leaf).toContain(
      'DNS:harbor.example.com, DNS:*.apps.example.com, IP Address:10.0.0.5, IP Address:FD00:0:0:0:0:0:0:5, DNS:xn--bcher-kva.example',
    );
    expect(leaf).toMatch(/Key Usage: critical\s+Digital Signature/);
    expect(leaf.includes('Key Encipherment')).toBe(keyType === 'rsa-2048');
    const authority = run(openssl, ['x509', '-in', ca, '-noout', '-text']);
    expect(authority).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(authority).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    const keyId = /Subject Key Identifier:\s+([0-9A-F:]+)/.exec(authority)?.[1];
    expect(/Authority Key Identifier:\s+([0-9A-F:]+)/.exec(leaf)?.[1]).toBe(keyId);
  });

  it('stay good under the renewed certificate of their authority', async () => {
    await using folder = await temporaryFolder();
    const days = { durationDays: 50, authorityDurationDays: 100 };
    await create(folder.path, { ...days });
    await create(folder.path, { ...days, now: later(49) });
    const [oldLeaf, oldKey] = [await text(folder.file(leafFile)), await text(folder.file('ca.key'))];
    const [ca, leaf] = await create(folder.path, { ...days, now: later(51) });
    expect([ca?.action, leaf?.action]).toEqual(['renewed', 'kept']);
    expect([await text(folder.file(leafFile)), await text(folder.file('ca.key'))]).toEqual([oldLeaf, oldKey]);
    run(openssl, [
      'verify',
      '-CAfile',
      folder.file('ca.crt'),
      '-attime',
      `${(later(98).getTime() / 1000) | 0}`,
      folder.file(leafFile),
    ]);
  });

  it('are revoked one after the other, and not made again with the same key', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { clients: ['a', 'b'] });
    const revoke = (...names: string[]) =>
      revokeCertificates({
        directory: folder.path,
        certificates: names.map((name) => folder.file(name)),
        durationDays: 30,
        now,
      });
    await revoke('client-a.crt');
    expect(await revoke(leafFile, 'client-a.crt')).toMatchObject({ count: 2 });
    const check = ['verify', '-crl_check', '-CAfile', folder.file('ca.crt'), '-CRLfile', folder.file('ca.crl')];
    run(openssl, [...check, folder.file('client-b.crt')]);
    for (const name of ['client-a.crt', leafFile]) {
      expect(tryRun(openssl, [...check, folder.file(name)]).text).toContain('certificate revoked');
    }
    expect(run(openssl, ['crl', '-in', folder.file('ca.crl'), '-noout', '-crlnumber'])).toMatch(
      /crlNumber=0x[0-9A-F]+/,
    );
    await expect(create(folder.path)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await create(folder.path, { force: true });
    run(openssl, [...check, folder.file(leafFile)]);
  });
});

describe('createCertificates', () => {
  it('keeps private keys to their owner, and what is good as it is', async () => {
    await using folder = await temporaryFolder();
    const first = await create(folder.path, { clients: ['ci'], pkcs12Password: 'first password' });
    expect(first.map(({ action }) => action)).toEqual(['made', 'made', 'made']);
    for (const name of ['ca.key', keyFile, 'client-ci.key', 'client-ci.p12']) {
      expect((await stat(folder.file(name))).mode & 0o777).toBe(0o600);
    }
    const before = await Promise.all([leafFile, keyFile, 'client-ci.p12'].map((name) => text(folder.file(name))));
    const again = await create(folder.path, { clients: ['ci'], pkcs12Password: 'first password', now: later(59) });
    expect(again.map(({ action }) => action)).toEqual(['kept', 'kept', 'kept']);
    expect(await Promise.all([leafFile, keyFile, 'client-ci.p12'].map((name) => text(folder.file(name))))).toEqual(
      before,
    );
  });

  it.each([
    ['in the last third of its life', { now: later(61) }, 'would have ended'],
    ['for other names', { hosts: ['harbor.example.com', '10.0.0.7'] }, 'names were others'],
  ])('renews a certificate %s with the same key', async (_, options, why) => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const [key, leaf] = [await text(folder.file(keyFile)), await text(folder.file(leafFile))];
    const [, renewed] = await create(folder.path, options);
    expect(renewed).toMatchObject({ action: 'renewed', why: expect.stringContaining(why) });
    expect(await text(folder.file(keyFile))).toBe(key);
    expect(await text(folder.file(leafFile))).not.toBe(leaf);
  });

  it('replaces a key only when it is forced, and never that of the authority', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const [key, authorityKey] = [await text(folder.file(keyFile)), await text(folder.file('ca.key'))];
    await create(folder.path, { force: true });
    expect(await text(folder.file(keyFile))).not.toBe(key);
    expect(await text(folder.file('ca.key'))).toBe(authorityKey);
  });

  it('refuses files that do not belong together', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    await writeFile(folder.file(keyFile), 'no key');
    await expect(create(folder.path)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    expect(await text(folder.file(keyFile))).toBe('no key');
    await writeFile(folder.file('ca.crt'), await text(folder.file(leafFile)));
    await expect(create(folder.path)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await unlink(folder.file('ca.key'));
    await expect(create(folder.path)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.each([
    ['harbor.example.com:443'],
    ['https://harbor.example.com'],
    ['*.com'],
    ['a..b'],
    ['-a.example.com'],
    ['1.2.3'],
    ['fe80::1%eth0'],
    [''],
  ])('takes no host called "%s"', async (host) => {
    await using folder = await temporaryFolder();
    await expect(create(folder.path, { hosts: [host] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('keeps the files of the authority apart from those of a server called "ca"', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { hosts: ['ca'] });
    const authority = await text(folder.file('ca.crt'));
    expect((await create(folder.path, { hosts: ['ca'] })).map(({ path }) => path)).toContain(
      folder.file('server-ca.crt'),
    );
    expect(await text(folder.file('ca.crt'))).toBe(authority);
  });

  it('signs nothing that outlives the authority', async () => {
    await using folder = await temporaryFolder();
    await expect(create(folder.path, { authorityDurationDays: 179 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('does not forget what was revoked when the list is damaged', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    await writeFile(folder.file('ca.crl'), 'no list');
    await expect(create(folder.path)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('takes no client whose name leads out of the folder', async () => {
    await using folder = await temporaryFolder();
    await expect(create(folder.path, { clients: ['../x'] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('revokes only what the authority signed itself', async () => {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    await create(folder.path);
    await create(other.path);
    const options = { directory: folder.path, durationDays: 30, now };
    for (const file of [other.file(leafFile), folder.file('ca.crt')]) {
      await expect(revokeCertificates({ ...options, certificates: [file] })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
    }
    await expect(
      revokeCertificates({ ...options, directory: folder.file('none'), certificates: [] }),
    ).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
