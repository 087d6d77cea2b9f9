import type { ScanStatus } from '@harbor-pilot/harbor';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { fewOf } from '../few-of.ts';
import type { PullPolicy } from './pull-policy.ts';

/** A manifest that a client pulls: an image, or the index that leads to it. */
export interface PulledManifest {
  /** `the image`, `the index`, `linux/amd64`. */
  readonly name: string;
  readonly role: 'image' | 'index' | 'child';
  /** `signature.cosign`, as Harbor takes what hangs on exactly this manifest. */
  readonly accessoryTypes: readonly string[];
  readonly scan: ScanStatus;
  /** Whether a scanner answers that scans such images. */
  readonly isScannable: boolean;
  /** What Harbor's own report has; absent without a report. */
  readonly found?: readonly Counted[];
}

/** What Harbor looks at in a vulnerability. */
export type Counted = Pick<FoundVulnerability, 'id' | 'severity'>;

/** What Harbor will answer to a pull of one manifest, and why. */
export interface PullAnswer {
  readonly pull: 'allowed' | 'refused' | 'unknown';
  /** A sentence; absent when there is nothing to say about it. */
  readonly reason?: string;
  /** What keeps it back, when vulnerabilities do. */
  readonly counted?: readonly Counted[];
}

const ranks = ['none', 'low', 'medium', 'high', 'critical'];

/** How bad Harbor takes a severity to be: "Negligible", and what nobody has rated, count as none. */
export function harborRank(severity: string): number {
  return Math.max(0, ranks.indexOf(severity.toLowerCase()));
}

/**
 * What Harbor answers to a pull (2.12 to 2.15, seen). Signatures are asked for first; they are told by the type of what
 * hangs on the manifest, and not verified. The policy about vulnerabilities lets through what it cannot know.
 */
export function judgePull(manifest: PulledManifest, policy: PullPolicy): PullAnswer {
  for (const tool of policy.signatureTools) {
    if (manifest.accessoryTypes.includes(`signature.${tool}`)) continue;
    const children = manifest.role === 'child' ? ' A signature of its index does not count for it.' : '';
    return { pull: 'refused', reason: `${manifest.name} has no signature of ${tool}.${children}` };
  }
  return policy.refusedSeverity === undefined
    ? { pull: 'allowed' }
    : judgeScan(manifest, policy, policy.refusedSeverity);
}

function judgeScan(manifest: PulledManifest, policy: PullPolicy, limit: string): PullAnswer {
  const { name, scan, isScannable, found } = manifest;
  if (scan === 'absent' && !isScannable) return withoutScanner(manifest, policy, limit);
  if (scan === 'absent') return { pull: 'refused', reason: `${name} was not scanned.` };
  // Of an index it counts only that all images in it have a report, whatever that says.
  if (manifest.role === 'index') return { pull: 'allowed' };
  if (scan !== 'Success') return { pull: 'refused', reason: `The scan of ${name} is in the state ${scan}.` };
  return found === undefined
    ? { pull: 'unknown', reason: `${name} has no report.` }
    : judgeFound(name, found, policy, limit);
}

/** The overview is hidden then: what was scanned cannot be told from what was not, but by its report. */
function withoutScanner({ name, role, found }: PulledManifest, policy: PullPolicy, limit: string): PullAnswer {
  const isKept = policy.scanner !== 'none' && policy.reportsOutliveScanner !== false && role !== 'index';
  if (isKept && found !== undefined) {
    const answer = judgeFound(name, found, policy, limit);
    const reason = `It depends on whether ${name} was scanned by the scanner of now, which this account may not see.`;
    return answer.pull === 'refused' && policy.scanner === 'unknown' ? { ...answer, pull: 'unknown', reason } : answer;
  }
  const exception = isKept && policy.scanner !== 'healthy' ? ' Only if a scan of it has failed it is refused.' : '';
  return {
    pull: 'allowed',
    reason: `${name} is given out, whatever is in it: Harbor has no scanner that answers and scans it, and lets through what it does not know.${exception}`,
  };
}

function judgeFound(name: string, found: readonly Counted[], policy: PullPolicy, limit: string): PullAnswer {
  const allowed = policy.allowlist?.ids ?? new Set();
  const counted = found.filter(({ id, severity }) => harborRank(severity) >= harborRank(limit) && !allowed.has(id));
  if (counted.length === 0) return { pull: 'allowed' };
  if (policy.allowlist === undefined) {
    return {
      pull: 'unknown',
      reason: `${name} has vulnerabilities of ${limit} severity or worse, and this account may not read which of them the CVE allowlist lets through.`,
      counted,
    };
  }
  const { expiredAt } = policy.allowlist;
  const expired =
    expiredAt === undefined
      ? ''
      : ` ${sentence(policy.allowlist.name)} ended on ${expiredAt.toISOString().slice(0, 10)}.`;
  const ids = fewOf(counted.map(({ id }) => id));
  return { pull: 'refused', reason: `${name} has ${ids} of ${limit} severity or worse.${expired}`, counted };
}

/** Begins with a capital letter, unless it begins with the name of a platform or a digest. */
export function sentence(words: string): string {
  return words.replace(/^[a-z]+(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
