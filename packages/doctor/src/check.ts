import type { ErrorCode } from '@harbor-pilot/core';

/** How a check ended; `skipped` when it could not be made. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** The parts of the way, in the order in which they are examined. */
export const areas = ['network', 'tls', 'login', 'project', 'policies', 'content', 'cluster'] as const;

/** One part of the way. */
export type Area = (typeof areas)[number];

/** What one look found. */
export interface Finding {
  readonly status: CheckStatus;
  /** The fact with its values, one sentence without a full stop. */
  readonly seen: string;
  /** What the user can do; always there when it failed, or warns. */
  readonly advice?: string;
  /** The code of the error table when it failed: it decides the exit code. */
  readonly code?: ErrorCode;
  /** Further facts, a line each. */
  readonly facts?: readonly string[];
}

/** One thing to look at. */
export interface Check {
  /** kebab-case, unique, and kept from version to version: `tls-chain`. */
  readonly id: string;
  readonly area: Area;
  /** What is asked, in a few words: `certificate chain`. */
  readonly title: string;
  /** Why it matters for who delivers images, one sentence. */
  readonly matters: string;
  /** Ids of checks that must not have failed or been skipped before this one makes sense. */
  readonly needs?: readonly string[];
  /**
   * Looks. An error is a failed check: its message is what was seen, its hint the advice.
   * @param signal aborted when the time of this check is over.
   */
  look(signal: AbortSignal): Promise<Finding>;
}

/** A check with what came of it. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  readonly matters: string;
  readonly durationSeconds: number;
}
