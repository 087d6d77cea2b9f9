import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAdvisory } from '../src/scanner/advisory.ts';
import { advisoriesUpdatedAt, readAdvisories } from '../src/scanner/advisory-folder.ts';
import { cvss3BaseScore } from '../src/scanner/cvss.ts';
import type { PackageList } from '../src/scanner/inventory.ts';
import { findVulnerabilities, type Vulnerability } from '../src/scanner/matching.ts';

const npmList = (name: string, version: string): PackageList => ({
  path: '/package-lock.json',
  ecosystem: 'npm',
  packages: [{ name, version, advisoryName: name, advisoryVersion: version }],
});

function find(documents: readonly object[], lists: readonly PackageList[]): Vulnerability[] {
  const advisories = documents.flatMap((document) => parseAdvisory(document, 'advisory.json') ?? []);
  return findVulnerabilities(lists, (ecosystem, name) =>
    advisories.flatMap((advisory) =>
      advisory.affected
        .filter((affected) => affected.ecosystem === ecosystem && affected.name === name)
        .map((affected) => ({ advisory, affected })),
    ),
  );
}

const npmAdvisory = (events: object[], more: object = {}): object => ({
  id: 'GHSA-0000',
  affected: [{ package: { ecosystem: 'npm', name: 'ms' }, ranges: [{ type: 'SEMVER', events }] }],
  ...more,
});

describe('ranges', () => {
  it.each([
    [[{ introduced: '0' }, { fixed: '2.1.4' }], '2.1.3', '2.1.4'],
    [[{ introduced: '0' }, { fixed: '2.1.4' }], '2.1.4', undefined],
    [[{ introduced: '0' }, { fixed: '2.1.4' }], '2.1.4-rc.1', '2.1.4'],
    [[{ introduced: '0' }], '2.1.3', ''],
    [[{ introduced: '0' }, { last_affected: '2.1.3' }], '2.1.3', ''],
    [[{ introduced: '0' }, { last_affected: '2.1.3' }], '2.1.4', undefined],
    [[{ introduced: '2.2.0' }, { fixed: '2.2.1' }], '2.1.3', undefined],
    [[{ fixed: '3.0.1' }, { introduced: '3.0.0' }, { fixed: '2.5.0' }, { introduced: '0' }], '3.0.0', '3.0.1'],
    [[{ introduced: '0' }, { fixed: '2.5.0' }, { introduced: '3.0.0' }, { fixed: '3.0.1' }], '2.7.0', undefined],
    [[{ introduced: '0' }, { fixed: '2.5.0' }, { introduced: '3.0.0' }, { fixed: '3.0.1' }], '2.1.0', '2.5.0'],
  ])('%j and %s: fix %j', (events, version, fix) => {
    expect(find([npmAdvisory(events)], [npmList('ms', version)])[0]?.fixVersion).toBe(fix);
  });

  it('are added to listed versions', () => {
    const affected = [{ package: { ecosystem: 'npm', name: 'ms' }, versions: ['1.0.0'] }];
    expect(find([npmAdvisory([], { affected })], [npmList('ms', '1.0.0')])).toHaveLength(1);
    expect(find([npmAdvisory([], { affected })], [npmList('ms', '1.0.1')])).toHaveLength(0);
  });

  it('of commits and of other packages say nothing', () => {
    const ranges = [{ type: 'GIT', repo: 'https://example.test', events: [{ introduced: '0' }] }];
    const affected = [{ ranges }, { package: { ecosystem: 'npm', name: 'ms' }, ranges }];
    expect(find([npmAdvisory([], { affected })], [npmList('ms', '1.0.0')])).toEqual([]);
    expect(find([npmAdvisory([{ introduced: '0' }])], [npmList('other', '1.0.0')])).toEqual([]);
  });

  it('with a version that is none make the scan fail', () => {
    const advisory = npmAdvisory([{ introduced: '0' }, { fixed: 'soon' }]);
    expect(() => find([advisory], [npmList('ms', '1.0.0')])).toThrow(expect.objectContaining({ code: 'SCAN_FAILED' }));
  });

  it('of a distribution are about source packages and its own order', () => {
    const advisory = {
      id: 'ALPINE-CVE-2099-7',
      affected: [
        {
          package: { ecosystem: 'Alpine:v3.20', name: 'openssl' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.3.0-r10' }] }],
        },
      ],
    };
    const installed = { name: 'libcrypto3', version: '3.3.0-r9', advisoryName: 'openssl', advisoryVersion: '3.3.0-r9' };
    const list = { path: '/lib/apk/db/installed', ecosystem: 'Alpine:v3.20', packages: [installed] };
    expect(find([advisory], [list])).toMatchObject([{ name: 'libcrypto3', fixVersion: '3.3.0-r10' }]);
  });
});

describe('ids', () => {
  const idsOf = (more: object): string[] =>
    find([npmAdvisory([{ introduced: '0' }], more)], [npmList('ms', '1.0.0')]).map(({ id }) => id);

  it('are CVE ids where there are some', () => {
    expect(idsOf({ aliases: ['OSV-1', 'CVE-2099-1', 'CVE-2099-2'] })).toEqual(['CVE-2099-1']);
    expect(idsOf({ upstream: ['CVE-2099-1', 'CVE-2099-2'] })).toEqual(['CVE-2099-1', 'CVE-2099-2']);
    expect(idsOf({})).toEqual(['GHSA-0000']);
  });

  it('are reported once, the graver, with whatever fix is known', () => {
    const graver = npmAdvisory([{ introduced: '0' }], {
      id: 'CVE-2099-1',
      database_specific: { severity: 'CRITICAL' },
    });
    const fixed = npmAdvisory([{ introduced: '0' }, { fixed: '2.0.0' }], { aliases: ['CVE-2099-1'] });
    expect(find([fixed, graver], [npmList('ms', '1.0.0'), npmList('ms', '1.0.0')])).toMatchObject([
      { id: 'CVE-2099-1', severity: 'Critical', fixVersion: '2.0.0' },
    ]);
  });
});

describe('severity', () => {
  const severityOf = (more: object): string | undefined =>
    find([npmAdvisory([{ introduced: '0' }], more)], [npmList('ms', '1.0.0')])[0]?.severity;
  const vector = (score: string): object => ({ severity: [{ type: 'CVSS_V3', score }] });

  it('is the word of the database, or comes from the score', () => {
    expect(
      severityOf({
        database_specific: { severity: 'MODERATE' },
        ...vector('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'),
      }),
    ).toBe('Medium');
    expect(severityOf(vector('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'))).toBe('Critical');
    expect(severityOf({ severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N' }] })).toBe('Unknown');
    expect(severityOf({ database_specific: { severity: 'constructor' } })).toBe('Unknown');
  });

  it.each([
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
    ['CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    ['CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H', 7],
    ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N', 4.6],
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N/E:P', 3.7],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N', undefined],
    ['CVSS:4.0/AV:N', undefined],
  ])('%s scores %s', (text, score) => expect(cvss3BaseScore(text)).toBe(score));
});

describe('a folder of advisories', () => {
  it('is read with what is below it, without what was withdrawn', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'advisories-'));
    try {
      await mkdir(join(folder, 'npm'));
      await writeFile(join(folder, 'npm', 'a.json'), JSON.stringify(npmAdvisory([{ introduced: '0' }])));
      await writeFile(
        join(folder, 'b.json'),
        JSON.stringify({ ...npmAdvisory([]), withdrawn: '2099-01-01T00:00:00Z' }),
      );
      await writeFile(join(folder, 'notes.txt'), 'not an advisory');
      const book = await readAdvisories(folder);
      expect(book.counts).toEqual(new Map([['npm', 1]]));
      expect(book.lookup('npm', 'ms')).toHaveLength(1);
      expect((await advisoriesUpdatedAt(folder))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
      await writeFile(join(folder, 'c.json'), '{"id":"X","affected":[{"package":{}}]}');
      await expect(readAdvisories(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('may be absent', async () => {
    expect((await readAdvisories(undefined)).counts.size).toBe(0);
    expect((await readAdvisories('/nowhere/advisories')).counts.size).toBe(0);
    expect(await advisoriesUpdatedAt(undefined)).toBeUndefined();
  });
});
