import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { readPkcs12Identity, writeLayouts } from '../src/index.ts';
import { create, run, temporaryFolder, text, tryRun } from './site.ts';

const password = 'correct horse';

describeWithPeers('our PKCS#12, read by openssl', ['openssl'], ({ openssl }) => {
  it('holds the key, the certificate and its authority', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { pkcs12Password: password });
    const file = ['pkcs12', '-in', folder.file('harbor.example.com.p12')];
    const all = run(openssl, [...file, '-passin', `pass:${password}`, '-nodes']);
    for (const name of ['harbor.example.com.key', 'harbor.example.com.crt', 'ca.crt']) {
      expect(all).toContain((await text(folder.file(name))).trim());
    }
    expect(all).toContain('friendlyName: harbor.example.com');
    const info = tryRun(openssl, [...file, '-passin', `pass:${password}`, '-info', '-noout']).text;
    expect(info).toContain('MAC: sha256');
    expect(info).toContain('PBES2, PBKDF2, AES-256-CBC');
    expect(tryRun(openssl, [...file, '-passin', 'pass:wrong', '-noout']).status).not.toBe(0);
  });

  it('is written anew for another password, and not for one that Java does not take', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { pkcs12Password: password });
    await create(folder.path, { pkcs12Password: 'another password' });
    run(openssl, [
      'pkcs12',
      '-in',
      folder.file('harbor.example.com.p12'),
      '-passin',
      'pass:another password',
      '-noout',
    ]);
    for (const pkcs12Password of ['short', 'pässword']) {
      await expect(create(folder.path, { pkcs12Password })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
  });
});

describeWithPeers('the key and certificates in a PKCS#12 file', ['openssl'], ({ openssl }) => {
  it.each([
    ['with AES', []],
    ['with 3DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['not encrypted', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ])('are read as openssl wrote them, %s', async (_, flags) => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const [name, ca] = ['harbor.example.com', folder.file('ca.crt')];
    const files = ['-inkey', folder.file(`${name}.key`), '-in', folder.file(`${name}.crt`), '-certfile', ca];
    const out = folder.file('all.p12');
    run(openssl, ['pkcs12', '-export', ...files, ...flags, '-passout', `pass:${password}`, '-out', out]);
    const { key, certificates } = readPkcs12Identity(await readFile(out), password);
    expect(key.export({ type: 'pkcs8', format: 'pem' })).toBe(await text(folder.file(`${name}.key`)));
    expect(certificates.join('')).toBe((await text(folder.file(`${name}.crt`))) + (await text(ca)));
    expect(() => readPkcs12Identity(Buffer.from('none'), '')).toThrow();
  });

  it('are missed where there is no key', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const out = folder.file('store.p12');
    run(openssl, ['pkcs12', '-export', '-nokeys', '-in', folder.file('ca.crt'), '-passout', 'pass:', '-out', out]);
    const store = await readFile(out);
    expect(() => readPkcs12Identity(store, '')).toThrow('there is no key in it');
  });
});

describeWithPeers('our trust store, read by keytool', ['keytool'], ({ keytool }) => {
  it('holds the authority as one that is trusted', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    await writeLayouts({
      directory: folder.path,
      targets: ['java'],
      host: 'harbor.example.com',
      caFile: folder.file('ca.crt'),
      storePassword: password,
    });
    const list = [
      '-J-Duser.language=en',
      '-list',
      '-keystore',
      folder.file('java/truststore.p12'),
      '-storepass',
      password,
    ];
    const listed = run(keytool, list);
    expect(listed).toMatch(/harbor\.example\.com, .*trustedCertEntry/);
    const der = Buffer.from((await readFile(folder.file('ca.crt'), 'utf8')).replace(/-----[^-]+-----/g, ''), 'base64');
    expect(listed.replaceAll(':', '').toLowerCase()).toContain(createHash('sha256').update(der).digest('hex'));
  });
});
