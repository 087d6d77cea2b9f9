import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { writeLayouts } from '../src/index.ts';
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
