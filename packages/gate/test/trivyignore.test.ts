import { describe, expect, it } from '@jest/globals';
import { judgeImage, readExceptions } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

const read = async (text: string, file = '.trivyignore') => (await readExceptions(text, file)).exceptions;

describe('.trivyignore', () => {
  it('is read with comments and dates', async () => {
    const text = `\uFEFF# Accept the risk:
# nobody reaches it

CVE-2018-14618
# no fix yet,
# ask ann
CVE-2019-14697 exp:2027-03-01
cve-2019-1 # only in tests
  GHSA-xxxx-1111  exp:2027-03-02   # until the next release\r

# Dockerfile and secrets
AVD-DS-0002
DS-0026
aws-access-key-id
`;
    expect(await read(text)).toEqual([
      { ids: ['CVE-2018-14618'], kind: 'accepted', reason: 'no reason given', from: '.trivyignore' },
      {
        ids: ['CVE-2019-14697'],
        kind: 'accepted',
        reason: 'no fix yet, ask ann',
        from: '.trivyignore',
        expiresAt: '2027-03-01T00:00:00.000Z',
      },
      { ids: ['cve-2019-1'], kind: 'accepted', reason: 'only in tests', from: '.trivyignore' },
      {
        ids: ['GHSA-xxxx-1111'],
        kind: 'accepted',
        reason: 'until the next release',
        from: '.trivyignore',
        expiresAt: '2027-03-02T00:00:00.000Z',
      },
    ]);
  });

  it('ends on the day that stands behind the "#", as with Trivy', async () => {
    expect(await read('CVE-1 # ask ann, exp:2027-03-01\nCVE-2 #exp:2027-03-02')).toMatchObject([
      { ids: ['CVE-1'], reason: 'ask ann, exp:2027-03-01', expiresAt: '2027-03-01T00:00:00.000Z' },
      { ids: ['CVE-2'], expiresAt: '2027-03-02T00:00:00.000Z' },
    ]);
  });

  it.each([
    ['CVE-1 # exp:soon', '"exp:soon" cannot be read', 'exp:2027-01-31'],
    ['CVE-1 exp:2027-02-03 # exp:2028-02-03', 'cannot be read', 'exp:2027-01-31'],
    ['CVE-1 exp:2027-02-30', '.trivyignore:1: "exp:2027-02-30" cannot be read', 'Did you mean "exp:"?'],
    ['\nCVE-1 exp: 2027-02-03', '.trivyignore:2: "exp: 2027-02-03" cannot be read', 'Did you mean "exp:"?'],
    ['CVE-1 expires:2027-02-03', '"expires:2027-02-03" cannot be read', 'Did you mean "exp:"?'],
    ['CVE-1 exp=2027-02-03', '"exp=2027-02-03" cannot be read', 'Did you mean "exp:"?'],
    ['CVE-1 exp:2027-02-03 exp:2028-02-03', 'cannot be read', 'exp:2027-01-31'],
    ['CVE-1 because it is old', '"because it is old" cannot be read', 'a reason after "#"'],
    ['CVE-1,CVE-2', '"CVE-1,CVE-2" is not the id of one vulnerability', 'one id a line'],
    ['CVE-*', '"CVE-*" is not the id', 'one id a line'],
    ['*', '"*" is not the id', 'one id a line'],
    ['x'.repeat(300 * 1024), '.trivyignore: it is larger than 262144 bytes', ''],
  ])('is refused with %j', async (text, message, hint) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(message) });
    expect((error as { hint?: string }).hint ?? '').toContain(hint);
  });
});

describe('.trivyignore.yaml', () => {
  it('is read for its vulnerabilities', async () => {
    const text = `
vulnerabilities:
  - id: CVE-2022-40897
    paths: ["usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA", "app/**"]
    statement: Accept the risk
  - id: CVE-2023-2650
    purls:
      - pkg:deb/debian/libssl1.1
    expired_at: 2027-01-31
  - id: GHSA-1
misconfigurations:
  - id: AVD-DS-0001
secrets:
licenses: []
`;
    const exceptions = await read(text, 'ci/.trivyignore.yaml');
    expect(exceptions).toMatchObject([
      { ids: ['CVE-2022-40897'], reason: 'Accept the risk', from: 'ci/.trivyignore.yaml', paths: [{}, {}] },
      {
        ids: ['CVE-2023-2650'],
        reason: 'no reason given',
        expiresAt: '2027-01-31T00:00:00.000Z',
        purls: [{ type: 'deb', namespace: 'debian', name: 'libssl1.1' }],
      },
      { ids: ['GHSA-1'] },
    ]);
    expect(await read('', 'x.yaml')).toEqual([]);
  });

  it.each([
    ['vulnerabilites: []', 'x.yml:1: unknown key "vulnerabilites"', 'Did you mean "vulnerabilities"?'],
    [
      'vulnerabilities:\n  - id: CVE-1\n    expires_at: 2027-01-31',
      'x.yml:3: unknown key "expires_at"',
      'Did you mean "expired_at"?',
    ],
    ['vulnerabilities:\n  - id: CVE-1\n    expired_at: soon', 'x.yml:3: "soon" is no date', ''],
    ['vulnerabilities:\n  - id: CVE-1\n    expired_at:', 'x.yml:3: "expired_at" has no value', 'remove the line'],
    ['vulnerabilities:\n  - id: CVE-1\n    paths: ""', 'x.yml:3: "paths" has no value', 'remove the line'],
    ['vulnerabilities:\n  - id: CVE-1\n    purls: [zlib]', 'x.yml:3: "zlib" is not a package URL', 'pkg:npm'],
    ['vulnerabilities:\n  - id: CVE-1\n    paths: []', 'x.yml:3: "paths" is not a list of texts', ''],
    ['vulnerabilities:\n  - statement: x', 'x.yml:2: the exception has no "id"', ''],
    ['vulnerabilities: CVE-1', 'x.yml:1: "vulnerabilities" is not a list', ''],
    ['- CVE-1', 'x.yml: it is not a map', ''],
    ['a: [', 'x.yml:1: ', ''],
  ])('is refused with %j', async (text, message, hint) => {
    const error = await read(text, 'x.yml').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(message) });
    expect((error as { hint?: string }).hint ?? '').toContain(hint);
  });

  it.each<[string, Parameters<typeof found>[1], boolean]>([
    ['pkg:npm/lodash', { purl: 'pkg:npm/lodash@4.17.20' }, true],
    ['pkg:npm/lodash@4.17.20', { purl: 'pkg:npm/lodash@4.17.20' }, true],
    ['pkg:npm/lodash@4.17.21', { purl: 'pkg:npm/lodash@4.17.20' }, false],
    ['pkg:npm/lodas', { purl: 'pkg:npm/lodash@4.17.20' }, false],
    ['pkg:pypi/lodash', { purl: 'pkg:npm/lodash@4.17.20' }, false],
    ['pkg:npm/%40angular/core', { purl: 'pkg:npm/%40angular/core@1' }, true],
    ['pkg:npm/@angular/core@1', { purl: 'pkg:npm/%40angular/core@1' }, true],
    ['pkg:npm/core', { purl: 'pkg:npm/%40angular/core@1' }, false],
    ['pkg:deb/debian/bash?arch=amd64', { purl: 'pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1' }, true],
    ['pkg:deb/debian/bash?arch=arm64', { purl: 'pkg:deb/debian/bash@5.0-4?arch=amd64' }, false],
    ['pkg:deb/debian/bash?arch=amd64', { purl: 'pkg:deb/debian/bash@5.0-4' }, false],
    ['pkg:deb/ubuntu/bash', { purl: 'pkg:deb/debian/bash@5.0-4' }, false],
    ['pkg:pypi/Typing_Extensions', { purl: 'pkg:pypi/typing-extensions@4' }, true],
    ['pkg:pypi/zope.interface', { purl: 'pkg:pypi/zope-interface@4' }, true],
    ['pkg:pypi/pyyaml@5.3', { package: 'PyYAML', version: '5.3' }, true],
    ['pkg:pypi/pyyaml@5.4', { package: 'PyYAML', version: '5.3' }, false],
    ['pkg:golang/github.com/a/b#sub', { purl: 'pkg:golang/github.com/a/b@1#sub' }, true],
    ['pkg:golang/github.com/a/b#sub', { purl: 'pkg:golang/github.com/a/b@1' }, false],
    ['pkg:apk/alpine/musl@1.1.22-r3', { package: 'musl', version: '1.1.22-r3' }, true],
    ['pkg:apk/alpine/musl@1.1.22-r2', { package: 'musl', version: '1.1.22-r3' }, false],
    ['pkg:npm/%40angular/core@1', { package: '@angular/core', version: '1' }, true],
    ['pkg:npm/%40angular/core@1', { package: 'core', version: '1' }, false],
    ['pkg:maven/org.apache/log4j@1', { package: 'org.apache:log4j', version: '1' }, true],
    ['pkg:golang/github.com/a/b@v1', { package: 'github.com/a/b', version: 'v1' }, true],
    ['pkg:rpm/redhat/vim@8.0-1?epoch=2', { package: 'vim', version: '2:8.0-1' }, true],
    ['pkg:rpm/redhat/vim@8.0-1', { package: 'vim', version: '2:8.0-1' }, false],
    ['pkg:npm/%zz@1', { package: '%zz', version: '1' }, true],
  ])('with the package URL %s: %j', async (purl, fields, isExcepted) => {
    const exceptions = await read(`vulnerabilities: [{id: CVE-1, purls: ["${purl}"]}]`, 'x.yaml');
    const { verdict } = judgeImage(judgeRequest([found('High', { id: 'CVE-1', ...fields })], {}, { exceptions }));
    expect(verdict).toBe(isExcepted ? 'passed' : 'refused');
  });
});
