import { PilotError } from '@harbor-pilot/core';
import { registerScanner } from '../first-contents.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import type { ScannerAdapter, ScriptedScan } from '../scanner/index.ts';

/** `unhealthy`: it answers nothing but errors. `absent`: it is not registered, and its reports are gone. */
export type ScannerState = 'healthy' | 'unhealthy' | 'absent';

/** Brings an embedded Harbor into states that are hard to reach by requests, for tests. */
export interface DevHarborControl {
  /**
   * Tells the built-in scanner what to do when it scans something the next time. Reports that are there stay.
   * The last word about a repository or digest counts, until the process ends.
   */
  scriptScan(scan: ScriptedScan): void;
  /** Lets the built-in scanner look into all images again. */
  forgetScripts(): void;
  /** Lets the built-in scanner fall ill, disappear or recover, at once: nothing remembers its former state. */
  setScanner(state: ScannerState): void;
  /** Keeps scans that are asked for in the queue, where nothing shows that there are any, until it is let go. */
  holdScans(isHeld: boolean): void;
  /**
   * Lowers or raises the storage limit of a project to what is used.
   * @param freeBytes room that is left; 0 when absent.
   * @throws PilotError INPUT_INVALID when there is no such project.
   */
  fillQuota(project: string, freeBytes?: number): void;
  /** Enters or leaves the read-only mode. */
  setReadOnly(isReadOnly: boolean): void;
  /** Makes every bearer token that was issued so far invalid, as if its time were over. Credentials stay. */
  expireTokens(): Promise<void>;
}

/** The controls of a running Harbor with its scanner. */
export function controlOf(harbor: Harbor, scanner: ScannerAdapter): DevHarborControl {
  return {
    scriptScan: (scan) => scanner.script.set(scan),
    forgetScripts: () => scanner.script.clear(),
    setScanner: (state) => setScanner(harbor, scanner, state),
    holdScans: (isHeld) => harbor.scanJobs.hold(isHeld),
    fillQuota: (project, freeBytes = 0) => fillQuota(harbor, project, freeBytes),
    setReadOnly: (isReadOnly) => harbor.configuration.change({ read_only: isReadOnly }),
    expireTokens: () => harbor.tokens.renewKey(),
  };
}

function setScanner(harbor: Harbor, scanner: ScannerAdapter, state: ScannerState): void {
  scanner.script.isUnhealthy = state === 'unhealthy';
  harbor.scanJobs.forgetMetadata();
  const registered = harbor.scanners.byUrl(scanner.url);
  if (state === 'absent' && registered !== undefined) {
    harbor.scanners.delete(registered.uuid);
    harbor.reports.deleteOf(registered.uuid);
  } else if (state !== 'absent' && registered === undefined) {
    registerScanner(harbor, scanner.url);
  }
}

function fillQuota(harbor: Harbor, name: string, freeBytes: number): void {
  const project = harbor.projects.byName(name);
  const quota = project && harbor.quotas.ofProject(project.id);
  if (project === undefined || quota === undefined) {
    throw new PilotError('INPUT_INVALID', `the embedded Harbor has no project ${name}`);
  }
  harbor.quotas.setLimit(quota.id, harbor.quotas.usedBytes(project.id) + freeBytes, timeOf(harbor));
}
