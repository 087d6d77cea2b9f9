import { readFile } from 'node:fs/promises';
import { asObject, programEnvironment } from '@harbor-pilot/core';
import { momentOf } from './fields.ts';

/** Scanners that can be run here. */
export const scannerPrograms = ['trivy', 'grype'] as const;

/** One of {@link scannerPrograms}. */
export type ScannerProgram = (typeof scannerPrograms)[number];

/** One image for a scanner. */
export interface ScanTarget {
  /** `registry/repository@sha256:…`, of one platform. */
  readonly reference: string;
  /** `linux/arm64`, where it is known. */
  readonly platform?: string;
  readonly plainHttp: boolean;
  /** How long it may take; Trivy gives up after 5 minutes by itself. */
  readonly timeoutSeconds: number;
  /** An empty configuration. */
  readonly emptyFile: string;
}

/**
 * Where the vulnerability data come from and are kept. Settings that would hide vulnerabilities, such as TRIVY_SEVERITY,
 * are not among them: the policy decides, and what it lets pass is shown.
 */
const ownVariables: Readonly<Record<ScannerProgram, readonly string[]>> = {
  trivy: [
    'TRIVY_CACHE_DIR',
    'TRIVY_DB_REPOSITORY',
    'TRIVY_JAVA_DB_REPOSITORY',
    'TRIVY_SKIP_DB_UPDATE',
    'TRIVY_SKIP_JAVA_DB_UPDATE',
    'TRIVY_OFFLINE_SCAN',
    'TRIVY_SKIP_VERSION_CHECK',
  ],
  grype: [
    'GRYPE_DB_CACHE_DIR',
    'GRYPE_DB_UPDATE_URL',
    'GRYPE_DB_AUTO_UPDATE',
    'GRYPE_DB_CA_CERT',
    'GRYPE_DB_VALIDATE_AGE',
    'GRYPE_DB_MAX_ALLOWED_BUILT_AGE',
    'GRYPE_CHECK_FOR_APP_UPDATE',
  ],
};

/**
 * The environment of a scanner: nothing of ours but what it needs.
 * @param dockerConfig folder with the `config.json` by which it signs in to the registry.
 */
export function scannerEnvironment(
  program: ScannerProgram,
  environment: Readonly<Record<string, string | undefined>>,
  dockerConfig: string,
): Record<string, string> {
  return { ...programEnvironment(environment, ownVariables[program]), DOCKER_CONFIG: dockerConfig };
}

/** Arguments that make a scanner write all that it finds in an image as JSON on its standard output. */
export function scanArguments(program: ScannerProgram, target: ScanTarget): string[] {
  const platform = target.platform === undefined ? [] : ['--platform', target.platform];
  if (program === 'grype') {
    // The configuration in the home folder may have rules that hide vulnerabilities. Trivy looks only where it runs.
    return ['--config', target.emptyFile, '--output', 'json', ...platform, `registry:${target.reference}`];
  }
  return [
    'image',
    ...['--image-src', 'remote', '--scanners', 'vuln', '--list-all-pkgs', '--no-progress', '--format', 'json'],
    ...['--timeout', `${Math.ceil(target.timeoutSeconds)}s`],
    ...(target.plainHttp ? ['--insecure'] : []),
    ...platform,
    target.reference,
  ];
}

/** Variables that the arguments above have no word for. */
export function scanVariables(program: ScannerProgram, target: ScanTarget): Record<string, string> {
  return program === 'grype' && target.plainHttp ? { GRYPE_REGISTRY_INSECURE_USE_HTTP: 'true' } : {};
}

/** Arguments by which Trivy tells of its data, which its reports do not. */
export const dataArguments = ['version', '--format', 'json'];

/** When the vulnerability data of Trivy were made, from what it says to {@link dataArguments}. */
export async function dataMoment(file: string): Promise<string | undefined> {
  try {
    return momentOf(asObject(asObject(JSON.parse(await readFile(file, 'utf8')))?.VulnerabilityDB)?.UpdatedAt);
  } catch {
    return undefined;
  }
}
