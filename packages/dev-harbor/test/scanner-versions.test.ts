import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { describe, expect, it } from '@jest/globals';
import { compareApkVersions } from '../src/scanner/apk-version.ts';
import { parseDpkgStatus } from '../src/scanner/dpkg-database.ts';
import { compareDpkgVersions } from '../src/scanner/dpkg-version.ts';

/** Versions in ascending order. */
const dpkgOrder = [
  '1.0~~',
  '1.0~~a',
  '1.0~rc1-1',
  '1.0~rc1-1+b1',
  '1.0',
  '1.0-0.1',
  '1.0-1~deb12u1',
  '1.0-1',
  '1.0-1ubuntu2',
  '1.0-1+b1',
  '1.0-1.1',
  '1.0a',
  '1.0+dfsg-1',
  '1.0.1',
  '1.009',
  '1.10',
  '99999999999999999999.1',
  '1:0.1',
  '1:0.1-2-1',
  '2:0',
];

const apkOrder = [
  '0.9',
  '1.0_alpha',
  '1.0_alpha2',
  '1.0_beta1',
  '1.0_pre1',
  '1.0_pre1_p2',
  '1.0_rc3-r7',
  '1.0',
  '1.0-r1',
  '1.0-r10',
  '1.0~1234abc',
  '1.0_git20240101',
  '1.0_p1',
  '1.0_p10',
  '1.0a',
  '1.0b-r2',
  '1.0.1',
  '1.05',
  '1.1',
  '1.10',
  '20240101',
];

function expectOrder(versions: readonly string[], compare: (a: string, b: string) => number): void {
  const actual = versions.map((a) => versions.map((b) => Math.sign(compare(a, b))));
  expect(actual).toEqual(versions.map((_, a) => versions.map((__, b) => Math.sign(a - b))));
}

describe('versions', () => {
  it('of dpkg are ordered', () => expectOrder(dpkgOrder, compareDpkgVersions));

  it('of dpkg may be equal without being the same text', () => {
    expect(compareDpkgVersions('0:1.0', '1.0')).toBe(0);
    expect(compareDpkgVersions('1.0-0', '1.0')).toBe(0);
    expect(compareDpkgVersions('1.01', '1.1')).toBe(0);
  });

  it('of apk are ordered', () => expectOrder(apkOrder, compareApkVersions));

  it('of apk have to be versions', () => {
    expect(() => compareApkVersions('1.0', '1.0-beta')).toThrow(expect.objectContaining({ code: 'SCAN_FAILED' }));
  });
});

describeWithPeers('dpkg itself', ['dpkg', 'dpkg-query'], ({ dpkg, 'dpkg-query': dpkgQuery }) => {
  const lower = (a: string, b: string): boolean => spawnSync(dpkg, ['--compare-versions', a, 'lt', b]).status === 0;

  it('orders versions as we do', () => {
    const pieces = ['0', '1', '09', '10', 'a', 'Z', '~', '+', '.', '-', '~rc', '+b', 'deb12u'];
    let seed = 7;
    const next = (count: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * count);
    };
    const version = (): string =>
      `1${Array.from({ length: 1 + next(5) }, () => pieces[next(pieces.length)]).join('')}1`;
    const pairs = Array.from({ length: 200 }, () => [version(), version()] as const);
    const differing = pairs.filter(([a, b]) => lower(a, b) !== compareDpkgVersions(a, b) < 0);
    expect(differing).toEqual([]);
  });

  it('lists the packages of this machine as we do', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the format language of dpkg-query
    const format = '${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version}\n';
    const lines = execFileSync(dpkgQuery, ['-W', `-f=${format}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const installed = lines.filter((line) => !/^(?:config-files|not-installed) /.test(line));
    const ours = parseDpkgStatus('var/lib/dpkg/status', readFileSync('/var/lib/dpkg/status'));
    const format4 = ours.map((one) => [one.name, one.version, one.advisoryName, one.advisoryVersion].join(' '));
    expect(format4.sort()).toEqual(installed.map((line) => line.replace(/^\S+ /, '')).sort());
  });
});
