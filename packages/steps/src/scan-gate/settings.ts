import type { InputDeclarations } from '@harbor-pilot/step-kit';

const severities = ['critical', 'high', 'medium', 'low', 'negligible'] as const;
const texts = { type: ['array', 'string'], items: { type: 'string' } } as const;

const budget = {
  kind: 'number',
  least: 0,
  most: 1_000_000,
  isWhole: true,
  description: 'How many of this severity may be there; then it counts, whatever `severity-cutoff` says.',
} as const;

/** The rules of the policy that belong into a file: they are reviewed like code, and want more room than a flag has. */
export const gateSettings = {
  maxCritical: { ...budget, config: 'scan-gate.max.critical' },
  maxHigh: { ...budget, config: 'scan-gate.max.high' },
  maxMedium: { ...budget, config: 'scan-gate.max.medium' },
  maxLow: { ...budget, config: 'scan-gate.max.low' },
  maxNegligible: { ...budget, config: 'scan-gate.max.negligible' },
  unratedCountsAs: {
    kind: 'choice',
    choices: severities,
    description: 'What a vulnerability counts as that has neither a severity nor a CVSS score.',
    default: 'high',
    config: 'scan-gate.unrated-counts-as',
  },
  knownExploited: {
    kind: 'boolean',
    description: 'Count what is known to be exploited, whatever its severity.',
    default: false,
    config: 'scan-gate.known-exploited',
  },
  knownExploitedFile: {
    kind: 'text',
    description: 'The catalogue of known exploited vulnerabilities of CISA (KEV), as JSON.',
    config: 'scan-gate.known-exploited-file',
  },
  minEpss: {
    kind: 'number',
    least: 0,
    most: 1,
    description: 'Count only what is at least as likely to be exploited within 30 days (EPSS), from 0 to 1.',
    config: 'scan-gate.min-epss',
  },
  epssFile: {
    kind: 'text',
    description: 'The EPSS scores of FIRST, `epss_scores-current.csv.gz`.',
    config: 'scan-gate.epss-file',
  },
  minCvss: {
    kind: 'number',
    least: 0,
    most: 10,
    description: 'Count only what has this CVSS score or a higher one, or none.',
    config: 'scan-gate.min-cvss',
  },
  vectors: {
    kind: 'structure',
    schema: texts,
    description: 'Count only what has all metrics of one of these CVSS vectors: `AV:N`, `AV:N/PR:N`.',
    config: 'scan-gate.vectors',
  },
  graceDays: {
    kind: 'number',
    least: 0,
    most: 3650,
    isWhole: true,
    description: 'Days for which a vulnerability does not count yet.',
    config: 'scan-gate.grace-days',
  },
  graceSince: {
    kind: 'choice',
    choices: ['publication', 'fix'],
    description: 'From when they run: since it was published, or since it has a fix.',
    default: 'publication',
    config: 'scan-gate.grace-since',
  },
  onlyPackages: {
    kind: 'list',
    description: 'Globs; only these packages count.',
    config: 'scan-gate.only-packages',
  },
  ignoredPackages: {
    kind: 'list',
    description: 'Globs; these packages do not count.',
    config: 'scan-gate.ignored-packages',
  },
  onlyPaths: {
    kind: 'list',
    description: 'Globs; only these places in the image count, and what has no place.',
    config: 'scan-gate.only-paths',
  },
  ignoredPaths: {
    kind: 'list',
    description: 'Globs; what is found at these places in the image does not count.',
    config: 'scan-gate.ignored-paths',
  },
  maxReportAge: {
    kind: 'duration',
    description: 'An older scan is no verdict: Harbor is asked for a new one, a file is not taken.',
    config: 'scan-gate.max-report-age',
  },
  maxDataAge: {
    kind: 'duration',
    description: 'A scan with older data about vulnerabilities is no verdict.',
    config: 'scan-gate.max-data-age',
  },
  webhookPort: {
    kind: 'number',
    least: 1,
    most: 65_535,
    isWhole: true,
    description:
      'Port on which to listen for the webhooks of Harbor about scans, so that a wait ends earlier. It goes on without any.',
    config: 'scan-gate.webhook.port',
  },
  webhookHost: {
    kind: 'text',
    description: 'Address of this machine on which to listen.',
    default: '127.0.0.1',
    config: 'scan-gate.webhook.host',
  },
  warnBeforeExpiryDays: {
    kind: 'number',
    least: 0,
    most: 3650,
    isWhole: true,
    description: 'Days before the end of an exception from which on it is warned about.',
    default: 14,
    config: 'scan-gate.warn-before-expiry-days',
  },
  baseImage: {
    kind: 'text',
    description:
      'The base image, by where it is kept in this Harbor, as in a proxy cache: `hub/library/node:24`. The reports then say which newer one removes most.',
    config: 'scan-gate.base-image',
  },
  exceptions: {
    kind: 'structure',
    mayBeEmpty: true,
    description:
      'What does not count, each with `id` and `reason`, and maybe `package`, `version`, `owner`, `expires`, `images`, `platforms`.',
    config: 'scan-gate.exceptions',
    schema: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'reason'],
        properties: {
          id: { type: 'string', description: 'Of the vulnerability, `CVE-2026-1234`.' },
          reason: { type: 'string', description: 'Why it does not count.' },
          package: { type: 'string', description: 'Glob; only in these packages.' },
          version: { type: 'string', description: 'Glob; only in these versions.' },
          owner: { type: 'string', description: 'Who answers for it.' },
          expires: { type: 'string', description: 'Day from which it counts again, `2027-01-31`.' },
          images: { ...texts, description: 'Only these images: `shop/*`, `sha256:…`, `shop/app@sha256:…`.' },
          platforms: { ...texts, description: 'Only these platforms: `linux/arm64`.' },
        },
      },
    },
  },
} as const satisfies InputDeclarations;
