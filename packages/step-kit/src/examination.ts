import type { ErrorCode } from '@harbor-pilot/core';
import type { RunInfo } from './runtime.ts';

/** What an examination found: `doctor.json`. */
export interface Examination {
  /** It rises when a reader of the old shape would misread the new one. */
  readonly schemaVersion: 1;
  /** Host with its port when it is not 443. */
  readonly host: string;
  /** `project/app`, or the project alone; absent when none was named. */
  readonly repository?: string;
  /** Whose rights were examined; absent for nobody. */
  readonly username?: string;
  readonly run: RunInfo;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** In the order in which they were made. */
  readonly checks: readonly ExaminedCheck[];
}

/** One thing that was looked at. */
export interface ExaminedCheck {
  /** kebab-case, kept from version to version. */
  readonly id: string;
  /** The part of the way: `network`, `tls`, `login`… */
  readonly area: string;
  readonly title: string;
  /** Why it matters, one sentence. */
  readonly matters: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** The fact with its values, one sentence without a full stop. */
  readonly seen: string;
  /** What the user can do. */
  readonly advice?: string;
  /** Of the error table, when it failed. */
  readonly code?: ErrorCode;
  /** Further facts, a line each. */
  readonly facts?: readonly string[];
  readonly durationSeconds: number;
}
