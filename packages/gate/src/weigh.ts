import type { FoundVulnerability } from './merge.ts';
import { countedSeverity, type RatedSeverity, reachesCutoff, type SeverityCutoff } from './severity.ts';

/** What an image must not have. */
export interface GatePolicy {
  /** The least severity that is refused; `none` refuses nothing and only reports. */
  readonly severityCutoff: SeverityCutoff;
  /** Whether only vulnerabilities that have a fix count. */
  readonly onlyFixed: boolean;
  /**
   * What a vulnerability counts as that has neither a severity nor a CVSS score. High unless said otherwise: it is
   * usually so new that nobody has rated it yet, which is no reason to let it pass.
   */
  readonly unratedCountsAs?: RatedSeverity;
}

/** The severity of what nobody has rated, unless the policy says otherwise. */
export const unratedDefault: RatedSeverity = 'High';

/** A vulnerability together with what a policy makes of it. */
export interface WeighedVulnerability {
  readonly found: FoundVulnerability;
  readonly counted: RatedSeverity;
  readonly refused: boolean;
}

/** What a policy makes of a vulnerability. */
export function weigh(found: FoundVulnerability, policy: GatePolicy): WeighedVulnerability {
  const counted = countedSeverity(found, policy.unratedCountsAs ?? unratedDefault);
  const isExempt = policy.onlyFixed && found.fixVersion === undefined;
  return { found, counted, refused: !isExempt && reachesCutoff(counted, policy.severityCutoff) };
}
