import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { judgeImage } from '../../src/judge.ts';
import { coverImage } from '../../src/sources/cover-image.ts';
import { readScanFile } from '../../src/sources/read-scan-file.ts';
import { manifest } from './fixtures.ts';

/** Reports of real scans by Trivy, beside the repository. */
const folder = resolve(fileURLToPath(new URL('../../../..', import.meta.url)), '../shared/data/trivy-reports');
const describeWithReports = existsSync(folder) ? describe : describe.skip;

describeWithReports('real reports of Trivy, which are in ../shared/data/trivy-reports', () => {
  // Name, entries, those refused at the cut-off high, packages.
  it.each([
    ['almalinux-8.json', 1, 0, ['openssl-libs']],
    ['alpine-310.json', 4, 0, ['libcrypto1.1', 'libssl1.1']],
    ['alpine-310.gitlab.json', 4, 0, ['libcrypto1.1', 'libssl1.1']],
    ['alpine-310.sarif.json', 4, 0, ['libcrypto1.1', 'libssl1.1']],
    ['alpine-39.json', 6, 2, ['libcrypto1.1', 'libssl1.1', 'musl', 'musl-utils']],
    ['busybox-with-lockfile.json', 2, 1, ['ammonia']],
    ['centos-7.json', 3, 0, ['bash', 'openssl-libs']],
    ['debian-buster.json', 2, 1, ['bash', 'libidn2-0']],
    ['distroless-base.json', 4, 0, ['libssl1.1', 'openssl']],
    ['fluentd-gems.json', 2, 2, ['activesupport', 'libidn2-0']],
    ['ubuntu-1804.json', 5, 0, ['bash', 'e2fsprogs', 'libcom-err2', 'libext2fs2', 'libss2']],
  ])('%s is judged by the same policy', async (name, found, refused, packages) => {
    const file = await readScanFile(join(folder, name));
    const [configDigest] = file.about.digests;
    const image = {
      digest: manifest,
      ...(configDigest === undefined ? {} : { configDigest }),
      platform: 'linux/amd64',
    };
    const covered = coverImage([file], { digest: manifest, images: [image] });
    const report = judgeImage({
      ...covered,
      image: 'harbor.example.com/shop/app',
      digest: manifest,
      policy: { severityCutoff: 'high', onlyFixed: false },
      now: new Date('2026-10-01'),
      durationSeconds: 0,
    });
    expect(report.vulnerabilities).toHaveLength(found);
    expect(report.vulnerabilities.filter(({ outcome }) => outcome === 'refused')).toHaveLength(refused);
    expect(report.verdict).toBe(refused > 0 ? 'refused' : 'passed');
    expect([...new Set(report.vulnerabilities.map((one) => one.package))].sort()).toEqual(packages);
    for (const one of report.vulnerabilities) {
      expect(one).toMatchObject({ id: expect.stringMatching(/^CVE-/), version: expect.stringMatching(/^\d/) });
    }
  });

  it('a bill of materials is no report', async () => {
    await expect(readScanFile(join(folder, 'centos-7.cyclonedx.json'))).rejects.toMatchObject({ code: 'SCAN_FAILED' });
  });
});
