import { describe, expect, it } from '@jest/globals';
import { parseApkInstalled } from '../src/scanner/apk-database.ts';
import { parseOsRelease } from '../src/scanner/distribution.ts';
import { parseDpkgStatus } from '../src/scanner/dpkg-database.ts';
import { parseNpmLock } from '../src/scanner/npm-lock.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const scanFailed = expect.objectContaining({ code: 'SCAN_FAILED' });

describe('dpkg', () => {
  it('lists what is installed, with its source package', () => {
    const status = [
      'Package: libssl3\nStatus: install ok installed\nSource: openssl (3.0.11-1)\nVersion: 3.0.11-1+b1\nDescription: a\n b\n .\n Package: no',
      'Package: gone\nStatus: deinstall ok config-files\nVersion: 1',
      'Package: zlib1g\nStatus: install ok installed\nSource: zlib\nVersion: 1:1.2.13',
    ].join('\n\n');
    expect(parseDpkgStatus('status', bytes(status))).toEqual([
      { name: 'libssl3', version: '3.0.11-1+b1', advisoryName: 'openssl', advisoryVersion: '3.0.11-1' },
      { name: 'zlib1g', version: '1:1.2.13', advisoryName: 'zlib', advisoryVersion: '1:1.2.13' },
    ]);
  });

  it('reads distroless files, which have no status', () => {
    expect(parseDpkgStatus('status.d/tzdata', bytes('Package: tzdata\nVersion: 2024a\n'))).toMatchObject([
      { name: 'tzdata' },
    ]);
  });

  it('refuses what is damaged, and is not slow for odd lines', () => {
    expect(() => parseDpkgStatus('status', bytes('Version: 1\n'))).toThrow(scanFailed);
    expect(() => parseDpkgStatus('status', bytes('Package: a\n'))).toThrow(scanFailed);
    const blanks = `Package: a\nVersion: 1\nNote:${' '.repeat(1_000_000)}x\n`;
    expect(parseDpkgStatus('status', bytes(blanks))).toHaveLength(1);
    expect(() => parseDpkgStatus('status', Buffer.from([0x50, 0xff, 0xfe]))).toThrow(scanFailed);
  });
});

describe('apk', () => {
  it('lists what is installed, with its origin', () => {
    const installed = 'C:Q1x=\nP:libcrypto3\nV:3.3.0-r2\no:openssl\nF:lib\nR:P:no\n\nP:musl\nV:1.2.5-r0\n\n';
    expect(parseApkInstalled('installed', bytes(installed))).toEqual([
      { name: 'libcrypto3', version: '3.3.0-r2', advisoryName: 'openssl', advisoryVersion: '3.3.0-r2' },
      { name: 'musl', version: '1.2.5-r0', advisoryName: 'musl', advisoryVersion: '1.2.5-r0' },
    ]);
  });

  it('refuses what is damaged', () => {
    expect(() => parseApkInstalled('installed', bytes('P:musl\n'))).toThrow(scanFailed);
  });
});

describe('npm', () => {
  const named = (path: string, lock: object): string[] =>
    parseNpmLock(path, bytes(lock)).packages.map(({ name, version }) => `${name} ${version}`);

  const list = {
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0' },
      'node_modules/ms': { version: '2.1.3' },
      'node_modules/@s/a': { version: '1.0.0' },
      'node_modules/@s/a/node_modules/ms': { version: '2.0.0' },
      'node_modules/alias': { name: 'real', version: '3.0.0' },
      'node_modules/linked': { resolved: 'packages/linked', link: true },
      'packages/linked': { version: '9.0.0' },
      'node_modules/tester': { version: '4.0.0', dev: true },
      'node_modules/from-git': { version: 'git+ssh://git@example.test/x.git#1' },
    },
  };

  it('lists a lock file of version 2 or 3', () => {
    expect(named('app/package-lock.json', list)).toEqual(['ms 2.1.3', '@s/a 1.0.0', 'ms 2.0.0', 'real 3.0.0']);
    expect(parseNpmLock('package-lock.json', bytes(list)).unversioned).toEqual([
      'from-git git+ssh://git@example.test/x.git#1',
    ]);
  });

  it('counts development dependencies where they are installed', () => {
    expect(named('app/node_modules/.package-lock.json', list)).toContain('tester 4.0.0');
  });

  it('lists a lock file of version 1', () => {
    const tree = {
      lockfileVersion: 1,
      dependencies: {
        a: { version: '1.0.0', dependencies: { b: { version: '2.0.0' } } },
        alias: { version: 'npm:@s/real@3.0.0' },
        tester: { version: '4.0.0', dev: true },
      },
    };
    expect(named('package-lock.json', tree)).toEqual(['a 1.0.0', 'b 2.0.0', '@s/real 3.0.0']);
  });

  it('refuses a bottomless one', () => {
    const deep = `${'{"dependencies":{"a":'.repeat(10_000)}{}${'}}'.repeat(10_000)}`;
    const text = deep.replace('{', '{"lockfileVersion":1,');
    expect(() => parseNpmLock('package-lock.json', bytes(text))).toThrow(scanFailed);
  });

  it('refuses what is no lock file', () => {
    expect(() => parseNpmLock('package-lock.json', bytes('{'))).toThrow(scanFailed);
    expect(() => parseNpmLock('package-lock.json', bytes('[]'))).toThrow(scanFailed);
    expect(() => parseNpmLock('package-lock.json', bytes({ name: 'x' }))).toThrow(scanFailed);
  });
});

describe('os-release', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"', 'Debian GNU/Linux 12', 'Debian:12'],
    ["NAME='Alpine'\nID=alpine\nVERSION_ID=3.20.3", 'alpine 3.20.3', 'Alpine:v3.20'],
    ['ID=ubuntu\r\nVERSION_ID="24.04"\r\n', 'ubuntu 24.04', 'Ubuntu:24.04'],
    ['ID=wolfi\nVERSION_ID=20230201', 'wolfi 20230201', 'Wolfi'],
    ['ID=debian', 'debian', undefined],
    ['ID=constructor\nVERSION_ID=1', 'constructor 1', undefined],
    ['', 'linux', undefined],
  ])('%j is %s', (text, name, ecosystem) => {
    expect(parseOsRelease(text)).toEqual({ name, ecosystem });
  });
});
