import type { GateReport, JudgedVulnerability, ReportedException, Upgrade } from '@harbor-pilot/step-kit';

// The names of all fields of the model, which the type checker keeps complete.

export const reportFields: Record<keyof GateReport, true> = {
  schemaVersion: true,
  image: true,
  digest: true,
  platforms: true,
  source: true,
  verdict: true,
  failBuild: true,
  policy: true,
  reasons: true,
  warnings: true,
  counts: true,
  vulnerabilities: true,
  exceptions: true,
  upgrades: true,
  baseline: true,
  harbor: true,
  judgedAt: true,
  durationSeconds: true,
};

export const vulnerabilityFields: Record<keyof JudgedVulnerability | 'fingerprint', true> = {
  fingerprint: true,
  id: true,
  aliases: true,
  package: true,
  version: true,
  packageType: true,
  purl: true,
  path: true,
  layer: true,
  fixVersion: true,
  severity: true,
  status: true,
  cvssScore: true,
  cvssVector: true,
  otherVectors: true,
  title: true,
  description: true,
  links: true,
  cwes: true,
  publishedAt: true,
  fixedAt: true,
  epss: true,
  isKnownExploited: true,
  platforms: true,
  countedAs: true,
  outcome: true,
  because: true,
  exception: true,
  isNew: true,
};

export const exceptionFields: Record<keyof ReportedException, true> = {
  id: true,
  package: true,
  reason: true,
  owner: true,
  expiresAt: true,
  from: true,
  state: true,
};

export const upgradeFields: Record<keyof Upgrade, true> = {
  package: true,
  from: true,
  to: true,
  removes: true,
  refused: true,
  isFromBase: true,
};
