import { type ErrorCode, PilotError, type ProgramEnd } from '@harbor-pilot/core';

import type { ScannerProgram } from './scanner-program.ts';

interface Failure {
  readonly words: RegExp;
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

/** What scanners write when they fail, the more telling first. */
const failures: readonly Failure[] = [
  {
    words: /TOOMANYREQUESTS|too many requests|\b429\b|rate limit/i,
    code: 'RATE_LIMITED',
    what: 'was told to ask less often',
    hint: 'Keep its vulnerability data between jobs (TRIVY_CACHE_DIR, GRYPE_DB_CACHE_DIR), or get them through a proxy cache of your Harbor: TRIVY_DB_REPOSITORY=harbor.example.com/ghcr/aquasecurity/trivy-db:2.',
  },
  {
    words: /cannot be pulled due to configured policy|PROJECTPOLICYVIOLATION/i,
    code: 'PULL_REFUSED',
    what: 'may not pull the image: a policy of the Harbor project refuses it',
    hint: 'Judge the scan of Harbor (source: harbor), which policies do not keep from the image.',
  },
  {
    words: /database was built .* ago|max allowed age|the database is too old/i,
    code: 'SCAN_OUTDATED',
    what: 'has vulnerability data that are too old',
    hint: 'Let it update its data before the scan, or allow it to (GRYPE_DB_AUTO_UPDATE=true).',
  },
  {
    words:
      /(?:vulnerability|java)[ -](?:db|database)|skip-(?:java-)?db-update|db could not be loaded|failed to load .*db/i,
    code: 'SCAN_FAILED',
    what: 'has no vulnerability data',
    hint: 'Let it reach the place of its data, or bring them along: TRIVY_CACHE_DIR with TRIVY_SKIP_DB_UPDATE=true, GRYPE_DB_CACHE_DIR with GRYPE_DB_AUTO_UPDATE=false.',
  },
  {
    words: /x509:|certificate signed by unknown authority/i,
    code: 'TLS_UNTRUSTED',
    what: 'does not trust the certificate of a server',
    hint: 'Name the file of your authority in SSL_CERT_FILE.',
  },
  {
    words: /UNAUTHORIZED|\bDENIED\b|\b401\b|\b403\b/i,
    code: 'AUTH_DENIED',
    what: 'may not pull the image',
    hint: 'Check that the account may pull from the repository.',
  },
  {
    words: /no such host|connection refused|i\/o timeout|network is unreachable|dial tcp/i,
    code: 'NETWORK_UNREACHABLE',
    what: 'does not reach a server',
    hint: 'Check the network of the job and its proxy variables (HTTPS_PROXY, NO_PROXY).',
  },
];

const shownLines = 3;

/** The error of a scanner that has ended with anything but 0: whatever it has written by then is no report. */
export function scannerFailure(program: ScannerProgram, reference: string, end: ProgramEnd): PilotError {
  const text = end.lastLines.join('\n');
  const failure = failures.find(({ words }) => words.test(text));
  const said = end.lastLines.slice(-shownLines).join(' / ') || 'nothing';
  return new PilotError(
    failure?.code ?? 'SCAN_FAILED',
    `${program} ${failure?.what ?? `failed at ${reference}`} (exit ${end.status}); it said: ${said}`,
    {
      hint: failure?.hint ?? `Run ${program} on ${reference} by hand to see more.`,
      details: { program, status: end.status },
    },
  );
}
