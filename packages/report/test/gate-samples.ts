import type { GateReport, JudgedVulnerability, RatedSeverity } from '@harbor-pilot/step-kit';
import { digestOf } from './samples.ts';

/** Package, installed version, fixed version, severity, CVSS, title. */
const rows: readonly (readonly [
  string,
  string,
  string | undefined,
  JudgedVulnerability['severity'],
  number,
  string,
])[] = [
  [
    'openssl',
    '3.0.11-1~deb12u2',
    '3.0.15-1~deb12u1',
    'Critical',
    9.8,
    'Out-of-bounds write while a certificate chain is checked',
  ],
  ['log-writer', '2.14.1', '2.17.1', 'Critical', 10, 'A looked-up name in a message runs code of another server'],
  ['libxml2', '2.9.14+dfsg-1.3~deb12u1', undefined, 'High', 8.1, 'Use after free when a document type is read twice'],
  [
    'openssl',
    '3.0.11-1~deb12u2',
    '3.0.15-1~deb12u1',
    'High',
    7.5,
    'Endless loop over a malformed key of an elliptic curve',
  ],
  ['curl', '7.88.1-10+deb12u5', '7.88.1-10+deb12u8', 'High', 7.4, 'A cookie of one host is sent to another'],
  ['@acme/left-pad', '1.3.0', '1.3.1', 'High', 7.2, 'Prototype pollution by the name of an option'],
  ['golang.org/x/net', 'v0.17.0', 'v0.38.0', 'High', 7.5, 'Too many continuation frames use up all memory'],
  ['zlib1g', '1:1.2.13.dfsg-1', undefined, 'Unknown', 0, 'Integer overflow in a header that nobody writes'],
  ['expat', '2.5.0-1', '2.5.0-1+deb12u1', 'Medium', 6.5, 'Deep nesting of entities uses up the stack'],
  ['openssl', '3.0.11-1~deb12u2', '3.0.15-1~deb12u1', 'Medium', 5.3, 'Timing of a signature tells bits of the key'],
  ['perl-base', '5.36.0-7+deb12u1', undefined, 'Medium', 5.9, 'A certificate is not checked by default'],
  ['systemd', '252.19-1~deb12u1', '252.23-1~deb12u1', 'Medium', 5.5, 'A crafted name of a unit ends the service'],
  ['lodash', '4.17.20', '4.17.21', 'Medium', 5.6, 'A slow regular expression blocks the process'],
  ['ncurses-bin', '6.4-4', undefined, 'Low', 3.3, 'Reads behind the end of a description of a terminal'],
  ['coreutils', '9.1-1', undefined, 'Low', 2.5, 'A race between a look at a file and its change'],
  ['tar', '1.34+dfsg-1.2', undefined, 'Low', 3.1, 'A name of a file is shown with its control characters'],
  ['apt', '2.6.1', undefined, 'Negligible', 0, 'A signature is checked after a download'],
];

/** Two platforms, a baseline, exceptions, upgrades, and a Harbor that sees it in another way. */
export const gateReport: GateReport = {
  schemaVersion: 1,
  image: 'harbor.example:8443/shop/checkout-api',
  digest: digestOf('gate'),
  platforms: ['linux/amd64', 'linux/arm64'],
  source: { name: 'Trivy v0.68.2', scannedAt: '2026-11-22T11:58:00Z', dataUpdatedAt: '2026-11-22T06:14:00Z' },
  verdict: 'refused',
  failBuild: true,
  policy: [
    'Refuses vulnerabilities of high severity or worse.',
    'Lets pass what has no fix yet.',
    'What nobody has rated counts as high.',
    'Exceptions need an owner and an end.',
  ],
  reasons: [
    '10 vulnerabilities are of high severity or worse and have a fix; the policy allows none.',
    'CVE-2026-10001 in log-writer 2.14.1 (critical) is known to be exploited; take 2.17.1.',
    '3 of them are new since 1.4.2.',
  ],
  warnings: ['The exception for CVE-2026-10004 ends in 5 days, on 2026-11-27.'],
  counts: { Critical: 4, High: 10, Medium: 10, Low: 6, Negligible: 2, Unknown: 2 },
  vulnerabilities: rows.flatMap((_, number) => [foundAt(number, 0), foundAt(number, 1)]).sort(byRank),
  exceptions: [
    {
      id: 'CVE-2026-10004',
      package: 'curl',
      reason: 'No cookies are used; the update waits for the next base image.',
      owner: 'shop-team@example.com',
      expiresAt: '2026-11-27T00:00:00Z',
      from: 'harbor-pilot.yml',
      state: 'expiring',
    },
    {
      id: 'CVE-2026-10104',
      reason: 'Not reachable: the function is never called.',
      owner: 'Ada',
      expiresAt: '2027-01-31',
      from: 'vex/checkout-api.json',
      state: 'used',
    },
    { id: 'CVE-2025-4711', reason: 'Fixed in the kernel of all nodes.', from: '.trivyignore', state: 'unused' },
    {
      id: 'CVE-2025-0815',
      package: 'busybox',
      reason: 'Accepted for the launch.',
      owner: 'Grace',
      expiresAt: '2026-06-30',
      from: 'CVE allowlist of the project shop',
      state: 'expired',
    },
  ],
  upgrades: [
    {
      package: 'openssl',
      from: '3.0.11-1~deb12u2',
      to: '3.0.15-1~deb12u1',
      removes: [
        'CVE-2026-10000',
        'CVE-2026-10003',
        'CVE-2026-10009',
        'CVE-2026-10100',
        'CVE-2026-10103',
        'CVE-2026-10109',
      ],
      refused: 4,
      isFromBase: true,
    },
    { package: 'log-writer', from: '2.14.1', to: '2.17.1', removes: ['CVE-2026-10001', 'CVE-2026-10101'], refused: 2 },
    {
      package: '@acme/left-pad',
      from: '1.3.0',
      to: '1.3.1',
      removes: ['CVE-2026-10005', 'CVE-2026-10105'],
      refused: 2,
    },
    {
      package: 'golang.org/x/net',
      from: 'v0.17.0',
      to: 'v0.38.0',
      removes: ['CVE-2026-10006', 'CVE-2026-10106'],
      refused: 2,
    },
    {
      package: 'expat',
      from: '2.5.0-1',
      to: '2.5.0-1+deb12u1',
      removes: ['CVE-2026-10008', 'CVE-2026-10108'],
      refused: 0,
      isFromBase: true,
    },
  ],
  baseline: { name: '1.4.2', added: 3, removed: 7 },
  harbor: {
    pull: 'allowed',
    reasons: ['The project shop refuses nothing below critical, and its allowlist has both critical ones.'],
    differences: ['Harbor lets the index be pulled without a look at its children; this gate judges both platforms.'],
  },
  judgedAt: '2026-11-22T12:00:04Z',
  durationSeconds: 6.4,
};

function byRank(one: JudgedVulnerability, other: JudgedVulnerability): number {
  const order = ['Critical', 'High', 'Medium', 'Low', 'Negligible'];
  return order.indexOf(one.countedAs) - order.indexOf(other.countedAs);
}

function foundAt(place: number, half: number): JudgedVulnerability {
  const [name, version, fixVersion, severity, cvssScore, title] = rows[place] ?? ['', '', '', 'Low', 0, ''];
  const number = 10_000 + half * 100 + place;
  const countedAs: RatedSeverity = severity === 'Unknown' ? 'High' : severity;
  const isHigh = ['Critical', 'High'].includes(countedAs);
  const isExcepted = place === 4;
  const isRefused = isHigh && fixVersion !== undefined && !isExcepted;
  return {
    id: `CVE-2026-${number}`,
    package: name,
    version,
    ...(fixVersion !== undefined && { fixVersion, fixedAt: '2026-10-02T00:00:00Z' }),
    severity,
    countedAs,
    ...(cvssScore > 0 && { cvssScore, cvssVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }),
    title: half === 0 ? title : `${title}, in another place`,
    description: `${title}. Whoever can send input to the program may use this. The maintainers have told about it in their advisory.`,
    links: [`https://advisories.example/CVE-2026-${number}`],
    cwes: ['CWE-787'],
    publishedAt: '2026-09-14T00:00:00Z',
    epss: Math.round((isHigh ? 0.9 : 0.05) * 1000 * (1 / (place + half + 1))) / 1000,
    ...(place === 1 && half === 0 && { isKnownExploited: true }),
    ...(name.startsWith('@') || name === 'lodash' ? { packageType: 'npm', path: 'app/package-lock.json' } : {}),
    ...(name.startsWith('golang') ? { packageType: 'gobinary', path: 'usr/local/bin/healthcheck' } : {}),
    layer: digestOf(name.includes('/') || name === 'lodash' || name === 'log-writer' ? 'layer 2' : 'layer 1'),
    platforms: half === 1 ? ['linux/arm64'] : ['linux/amd64', 'linux/arm64'],
    isNew: half === 0 && place > 4 && place < 8,
    outcome: isExcepted ? 'excepted' : isRefused ? 'refused' : 'allowed',
    because: isExcepted
      ? half === 0
        ? 'accepted until 2026-11-27'
        : 'not affected, says vex/checkout-api.json'
      : isRefused
        ? `${countedAs.toLowerCase()} severity`
        : isHigh
          ? 'no fix yet'
          : 'below high',
    ...(isExcepted && { exception: half }),
  };
}

/** A report that has nothing to tell but that it passed. */
export const cleanReport: GateReport = {
  schemaVersion: 1,
  image: gateReport.image,
  digest: digestOf('clean'),
  platforms: ['linux/amd64'],
  source: { name: 'Trivy v0.68.2' },
  verdict: 'passed',
  failBuild: true,
  policy: ['Refuses vulnerabilities of high severity or worse.'],
  reasons: ['The scanner found no vulnerabilities.'],
  warnings: [],
  counts: {},
  vulnerabilities: [],
  exceptions: [],
  upgrades: [],
  judgedAt: '2026-11-22T12:00:04Z',
  durationSeconds: 2,
};

/** A report whose every free text is the same one. */
export function hostileReport(text: string): GateReport {
  const texts = [text, text];
  return {
    ...gateReport,
    image: text,
    platforms: texts,
    source: { name: text, scannedAt: text, dataUpdatedAt: text },
    policy: texts,
    reasons: texts,
    warnings: texts,
    vulnerabilities: gateReport.vulnerabilities.map((found) => ({
      ...found,
      id: text,
      aliases: texts,
      package: text,
      version: text,
      packageType: text,
      path: text,
      layer: text,
      ...(found.fixVersion !== undefined && { fixVersion: text }),
      cvssVector: text,
      title: text,
      description: text,
      links: [`javascript:${text}`, text],
      cwes: texts,
      publishedAt: text,
      fixedAt: text,
      platforms: texts,
      because: text,
    })),
    exceptions: gateReport.exceptions.map((exception) => ({
      ...exception,
      id: text,
      package: text,
      reason: text,
      owner: text,
      expiresAt: text,
      from: text,
    })),
    upgrades: gateReport.upgrades.map((upgrade) => ({
      ...upgrade,
      package: text,
      from: text,
      to: text,
      removes: texts,
    })),
    baseline: { name: text, added: 3, removed: 1 },
    harbor: { pull: 'refused', reasons: texts, differences: texts },
    judgedAt: text,
  };
}

/** A report with as many vulnerabilities as given, in a hundredth as many packages, one of ten refused. */
export function largeReport(count: number): GateReport {
  const samples = gateReport.vulnerabilities;
  return {
    ...gateReport,
    vulnerabilities: Array.from({ length: count }, (_, number) => ({
      ...(samples[number % samples.length] ?? foundAt(0, 0)),
      id: `CVE-2099-${10_000 + number}`,
      package: `package-${Math.floor(number / 100)}`,
      outcome: number % 10 === 9 ? 'refused' : 'allowed',
      isNew: number % 20 === 0,
    })),
    upgrades: Array.from({ length: Math.ceil(count / 50) }, (_, number) => ({
      package: `package-${number}`,
      from: '1.2.3',
      to: '1.2.4',
      removes: Array.from({ length: 100 }, (_, place) => `CVE-2099-${number * 100 + place}`),
      refused: 10,
    })),
    reasons: Array.from({ length: count }, (_, number) => `reason ${number}`),
  };
}
