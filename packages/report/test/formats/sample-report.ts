import { createHash } from 'node:crypto';
import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';

/** A digest for tests. */
export function digestOf(text: string): GateReport['digest'] {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A refused vulnerability with only what each one has. */
export function vulnerability(fields: Partial<JudgedVulnerability> = {}): JudgedVulnerability {
  return {
    id: 'CVE-2099-1000',
    package: 'openssl',
    version: '3.0.11-1',
    severity: 'High',
    countedAs: 'High',
    outcome: 'refused',
    because: 'high severity',
    platforms: ['linux/amd64'],
    ...fields,
  };
}

/** A report with little but the given vulnerabilities. */
export function reportOf(vulnerabilities: readonly JudgedVulnerability[], more: Partial<GateReport> = {}): GateReport {
  return {
    schemaVersion: 1,
    image: 'harbor.example:8443/shop/app',
    digest: digestOf('image'),
    platforms: ['linux/amd64'],
    source: { name: 'Trivy v0.68.2' },
    verdict: vulnerabilities.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'passed',
    failBuild: true,
    policy: ['Refuses vulnerabilities of high severity or worse.'],
    reasons: ['One vulnerability is of high severity.'],
    warnings: [],
    counts: { High: vulnerabilities.length },
    vulnerabilities,
    exceptions: [],
    upgrades: [],
    judgedAt: '2026-11-22T12:00:00.000Z',
    durationSeconds: 1.5,
    ...more,
  };
}

/** A report in which every field is there, and every outcome. */
export const fullReport: GateReport = reportOf(
  [
    vulnerability({
      id: 'CVE-2099-1001',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      package: 'log-writer',
      version: '2.14.1',
      packageType: 'maven',
      purl: 'pkg:maven/example/log-writer@2.14.1',
      path: '/app/lib/log writer.jar',
      layer: digestOf('layer'),
      fixVersion: '2.17.1',
      status: 'fixed',
      severity: 'Critical',
      countedAs: 'Critical',
      cvssScore: 10,
      cvssVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
      otherVectors: ['CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'],
      title: 'A looked-up name runs code of another server',
      description: 'Names in messages are looked up,\n\nand what comes back is run.',
      links: ['https://advisories.example/1001?x=%20#y', 'javascript:alert(1)'],
      cwes: ['CWE-502', 'CWE-917'],
      publishedAt: '2099-12-10T10:15:09Z',
      fixedAt: '2099-12-11T00:00:00Z',
      epss: 0.97,
      isKnownExploited: true,
      platforms: ['linux/amd64', 'linux/arm64'],
      isNew: true,
    }),
    vulnerability({
      id: 'GHSA-dddd-eeee-ffff',
      outcome: 'excepted',
      because: 'accepted until 2027-01-31',
      exception: 0,
    }),
    vulnerability({ severity: 'Unknown', purl: 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12' }),
    vulnerability({
      id: 'CVE-2099-1002',
      packageType: 'alpine',
      purl: 'pkg:apk/alpine/openssl@3.0.11?distro=3.19.1',
      status: 'will_not_fix',
      severity: 'Medium',
      countedAs: 'Medium',
      outcome: 'allowed',
      isNew: false,
    }),
    vulnerability({
      id: 'TEMP-1-2',
      severity: 'Negligible',
      countedAs: 'Negligible',
      outcome: 'allowed',
      cvssScore: 0,
    }),
  ],
  {
    platforms: ['linux/amd64', 'linux/arm64'],
    source: { name: 'Trivy v0.68.2', scannedAt: '2026-11-22T11:00:00+01:00', dataUpdatedAt: '2026-11-22T06:00:00Z' },
    warnings: ['An exception ends in 3 days.'],
    exceptions: [
      {
        id: 'GHSA-dddd-eeee-ffff',
        package: 'openssl',
        reason: 'not reachable',
        owner: 'payments',
        expiresAt: '2027-01-31',
        from: 'harbor-pilot.yml',
        state: 'used',
      },
      { id: 'CVE-2098-1', reason: 'old', from: '.trivyignore', state: 'unused' },
    ],
    upgrades: [
      {
        package: 'log-writer',
        from: '2.14.1',
        to: '2.17.1',
        removes: ['CVE-2099-1001'],
        refused: 1,
        isFromBase: false,
      },
    ],
    baseline: { name: '1.4.0', added: 1, removed: 2 },
    harbor: { pull: 'refused', reasons: ['The project stops high severities.'], differences: [] },
  },
);

/** A report whose every free text is one hostile text. */
export function hostileReport(text: string): GateReport {
  const found = vulnerability({
    id: text,
    aliases: [text],
    package: text,
    version: text,
    packageType: text,
    purl: text,
    path: text,
    layer: text,
    fixVersion: text,
    cvssVector: text,
    title: text,
    description: text,
    links: [text, `https://evil.example/${text}`],
    cwes: [text],
    publishedAt: text,
    because: text,
    platforms: [text],
  });
  return reportOf([found, { ...found, outcome: 'excepted', exception: 0 }, { ...found, outcome: 'allowed' }], {
    image: `harbor.example/${text}`,
    platforms: [text],
    source: { name: text, scannedAt: text, dataUpdatedAt: text },
    policy: [text],
    reasons: [text],
    warnings: [text],
    exceptions: [{ id: text, package: text, reason: text, owner: text, expiresAt: text, from: text, state: 'used' }],
    upgrades: [{ package: text, from: text, to: text, removes: [text], refused: 1 }],
    baseline: { name: text, added: 1, removed: 1 },
    harbor: { pull: 'unknown', reasons: [text], differences: [text] },
  });
}

/** Text that tries to be markup, a command, a formula, another line, or no text at all. */
export const hostileTexts: Readonly<Record<string, string>> = {
  nothing: '',
  'control characters': '\u0000\u0001\u0008\u001b[2J\u007f\u009b31m x',
  'the end of CDATA': ']]><failure/>&amp;&#0;',
  markup: '</script></testcase><!--"\'><img src=x onerror=alert(1)>',
  'commands of CI systems':
    'a\n::error::b\n##[error]c\r\n##vso[task.setvariable variable=x]d ##teamcity[x]\u2028::add-mask::e',
  'a command alone': '::stop-commands::x',
  'a formula': "=cmd|' /C calc'!A0",
  'a formula after a separator': '1;=HYPERLINK("https://evil.example","x"),+1,@sum\t-2',
  'half characters': '\ud800 a \udfff b \ufffe\uffff',
  directions: '\u202ecod.exe\u2066\ufeff',
  'links and placeholders': '[x](https://evil.example) {0} ![i](x.png) [[y]]',
  'places outside': '../../../etc/passwd\\..\\C:\\x',
  'a prototype': '__proto__',
};
