import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { judgeImage, type PolicyValues, parsePolicy, readExceptions } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

const folder = resolve(fileURLToPath(new URL('../../..', import.meta.url)), '../shared/data/trivy-reports');

type Found = ReturnType<typeof found>;

/** Just what the judge needs of Trivy's JSON. */
function vulnerabilitiesOf(file: string): Found[] {
  const report = asObject(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return asArray(report?.Results).flatMap((result) =>
    asArray(asObject(result)?.Vulnerabilities).map((value) => {
      const one = asObject(value) ?? {};
      const severity = (asString(one.Severity) ?? '').toLowerCase();
      const [fixVersion, purl] = [asString(one.FixedVersion), asString(asObject(one.PkgIdentifier)?.PURL)];
      return found(`${severity.charAt(0).toUpperCase()}${severity.slice(1)}` as Found['severity'], {
        id: asString(one.VulnerabilityID) ?? '',
        package: asString(one.PkgName) ?? '',
        version: asString(one.InstalledVersion) ?? '',
        ...(fixVersion === undefined ? {} : { fixVersion }),
        ...(purl === undefined ? {} : { purl }),
      });
    }),
  );
}

(existsSync(folder) ? describe : describe.skip)('real reports of Trivy', () => {
  it.each<[string, NonNullable<PolicyValues['severityCutoff']>, boolean]>([
    ['alpine-310.json', 'high', false],
    ['alpine-39.json', 'high', false],
    ['almalinux-8.json', 'medium', true],
    ['centos-7.json', 'critical', false],
    ['debian-buster.json', 'high', true],
    ['distroless-base.json', 'low', true],
    ['fluentd-gems.json', 'high', false],
    ['ubuntu-1804.json', 'medium', false],
  ])('%s is judged by the cutoff %s, only-fixed=%s, as counting by hand does', (file, severityCutoff, onlyFixed) => {
    const vulnerabilities = vulnerabilitiesOf(file);
    const policy = parsePolicy({ severityCutoff, onlyFixed });
    const report = judgeImage(judgeRequest(vulnerabilities, policy));
    const severe = ['Critical', 'High', 'Medium', 'Low'].slice(
      0,
      ['critical', 'high', 'medium', 'low'].indexOf(severityCutoff) + 1,
    );
    const expected = vulnerabilities.filter(
      // Nobody has rated those of unknown severity, and these reports give them no score: they count as high.
      ({ severity, fixVersion }) =>
        severe.includes(severity === 'Unknown' ? 'High' : severity) && (!onlyFixed || fixVersion !== undefined),
    );
    expect(vulnerabilities.length).toBeGreaterThan(0);
    expect(report.vulnerabilities.filter(({ outcome }) => outcome === 'refused')).toHaveLength(expected.length);
    expect(report.verdict).toBe(expected.length > 0 ? 'refused' : 'passed');
  });

  it('are excepted by package URLs as Trivy writes them', async () => {
    const vulnerabilities = vulnerabilitiesOf('debian-buster.json');
    const entries = vulnerabilities.map(({ id, purl }) => ({ id, purls: [purl?.replace(/\?.*/, '')] }));
    const text = JSON.stringify({ vulnerabilities: entries });
    const { exceptions } = await readExceptions(text, '.trivyignore.yaml');
    const report = judgeImage(judgeRequest(vulnerabilities, { severityCutoff: 'negligible' }, { exceptions }));
    expect(report.verdict).toBe('passed');
    expect(report.exceptions.every(({ state }) => state === 'used')).toBe(true);
  });
});
