import { asObject, parseObject } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { filled, parseScanner, parseTime, requireObject } from './parsing.ts';
import { projectPath } from './paths.ts';
import type { Scanner } from './types.ts';

/** The scanner of a project, as it is registered. */
export interface ProjectScanner {
  readonly uuid: string;
  /** Name of the registration. */
  readonly name: string;
  readonly isDisabled: boolean;
  /** Harbor looks every half minute. */
  readonly isHealthy: boolean;
  /** Whether it makes bills of materials; absent while it does not answer. */
  readonly makesSboms?: boolean;
  /** What the scanner calls itself; absent while it does not answer. */
  readonly adapter?: Scanner;
}

/** What is known of scanners. */
export interface ScannerReads {
  /** undefined when there is none. AUTH_DENIED without "scanner: read". */
  projectScanner(project: string): Promise<ProjectScanner | undefined>;
  /** When the data of a scanner is from, if it tells. AUTH_DENIED for all but administrators of the system. */
  scannerDataUpdatedAt(uuid: string): Promise<Date | undefined>;
}

// Pluggable Scanner API 1.2, ScannerProperties.
const updatedAtProperty = 'harbor.scanner-adapter/vulnerability-database-updated-at';

/** Reads what is known of scanners. */
export function scannerReads(api: Api): ScannerReads {
  return {
    projectScanner: (project) => readScanner(api, project),
    scannerDataUpdatedAt: async (uuid) => {
      const response = await api.call({
        method: 'GET',
        path: `/scanners/${encodeURIComponent(uuid)}/metadata`,
        what: 'read what the scanner says about itself',
        expect: [200],
        permission: 'scanner: read',
      });
      return parseTime(asObject(asObject(await response.json())?.properties)?.[updatedAtProperty]);
    },
  };
}

async function readScanner(api: Api, project: string): Promise<ProjectScanner | undefined> {
  const what = `read the scanner of the project ${project}`;
  const permission = 'scanner: read';
  const path = `${projectPath(project)}/scanner`;
  const response = await api.call({ method: 'GET', path, what, expect: [200], project, permission });
  const text = await response.text();
  // Harbor answers with nothing when there is none.
  if (text.trim() === '') return undefined;
  const scanner = requireObject(parseObject(text), what);
  const capabilities = asObject(scanner.capabilities);
  const adapter = parseScanner({ name: scanner.adapter, vendor: scanner.vendor, version: scanner.version });
  return {
    uuid: filled(scanner.uuid) ?? '',
    name: filled(scanner.name) ?? '',
    isDisabled: scanner.disabled === true,
    isHealthy: scanner.health === 'healthy',
    ...(capabilities === undefined ? {} : { makesSboms: capabilities.support_sbom === true }),
    ...(adapter === undefined ? {} : { adapter }),
  };
}
