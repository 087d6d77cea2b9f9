import { unless } from '@harbor-pilot/core';
import type { Harbor, ProjectScanner } from '@harbor-pilot/harbor';
import type { ScannerHealth } from '../wait/next-move.ts';
import { healthOf } from '../wait/scanner-watch.ts';

/** What keeps images of a project from being pulled. */
export interface PullPolicy {
  /** Tools of which an image must have a signature. */
  readonly signatureTools: readonly string[];
  /** The least severity that is refused, `high`; absent when vulnerabilities keep nothing back. */
  readonly refusedSeverity?: string;
  /** The list of vulnerabilities that do not count; absent when this account may not read it. */
  readonly allowlist?: ActiveAllowlist;
  readonly scanner: ScannerHealth;
  /** Whether reports count while their scanner does not answer: since Harbor 2.14. Absent when the version is not told. */
  readonly reportsOutliveScanner?: boolean;
}

/** A CVE allowlist at some moment. */
export interface ActiveAllowlist {
  /** `the CVE allowlist of the project shop`. */
  readonly name: string;
  /** Empty when it has expired. */
  readonly ids: ReadonlySet<string>;
  /** When it did. */
  readonly expiredAt?: Date;
}

/** Reads the policy of a project; undefined when this account is not told of the project. */
export async function readPullPolicy(harbor: Harbor, name: string, now: Date): Promise<PullPolicy | undefined> {
  const project = await harbor.findProject(name);
  if (project === undefined) return undefined;
  const { signatureTools, refusedSeverity } = project;
  if (refusedSeverity === undefined) return { signatureTools, scanner: 'unknown' };
  const version = await harbor.version();
  const own = project.allowlist;
  const list = own ?? (await unless(['AUTH_DENIED'], harbor.systemAllowlist()));
  const isOver = list?.expiresAt !== undefined && list.expiresAt <= now;
  return {
    signatureTools,
    refusedSeverity,
    scanner: (await unless(['AUTH_DENIED'], harbor.projectScanner(name).then(healthForPulls))) ?? 'unknown',
    ...(list === undefined
      ? {}
      : {
          allowlist: {
            name: own === undefined ? 'the CVE allowlist of the system' : `the CVE allowlist of the project ${name}`,
            ids: new Set(isOver ? [] : list.ids),
            ...(isOver && list.expiresAt !== undefined ? { expiredAt: list.expiresAt } : {}),
          },
        }),
    ...(version === undefined ? {} : { reportsOutliveScanner: !/^v?2\.([0-9]|1[0-3])\./.test(version) }),
  };
}

/** The reports of a scanner that is switched off go on counting. */
function healthForPulls(scanner: ProjectScanner | undefined): ScannerHealth {
  return healthOf(scanner && { ...scanner, isDisabled: false });
}
