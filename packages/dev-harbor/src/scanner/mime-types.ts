/** Media types of Harbor's Pluggable Scanner API 1.2 that the adapter speaks. */
export const scannerMimeTypes = {
  metadata: 'application/vnd.scanner.adapter.metadata+json; version=1.1',
  scanResponse: 'application/vnd.scanner.adapter.scan.response+json; version=1.0',
  error: 'application/vnd.scanner.adapter.error+json; version=1.0',
  report: 'application/vnd.security.vulnerability.report; version=1.1',
  sbom: 'application/vnd.security.sbom.report+json; version=1.0',
  reportOfHarborOnly: 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
} as const;

/** How the scanner names itself, in its metadata and in every report. */
export const scannerIdentity = { name: 'Harbor Pilot', vendor: 'Harbor Pilot', version: '0.1.0' } as const;
