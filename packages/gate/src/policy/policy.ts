import type { RatedSeverity } from '@harbor-pilot/step-kit';
import type { SeverityCutoff } from '../severity.ts';

/**
 * What an image must not have. A vulnerability counts when its severity does and no other rule exempts it. What is not
 * known never exempts: no score, no date, no path, no baseline, and it counts.
 */
export interface GatePolicy {
  /** The least severity that is refused; `none` refuses nothing and only reports. */
  readonly severityCutoff: SeverityCutoff;
  /** Whether only vulnerabilities that have a fix count. */
  readonly onlyFixed: boolean;
  /** Whether a refusal fails the build; it does unless said otherwise. */
  readonly failBuild?: boolean;
  /**
   * What a vulnerability counts as that has neither a severity nor a CVSS score. High unless said otherwise: it is
   * usually so new that nobody has rated it yet, which is no reason to let it pass.
   */
  readonly unratedCountsAs?: RatedSeverity;
  /** How many of a severity are allowed. A severity that is named here counts, whatever the cutoff. */
  readonly max?: Readonly<Partial<Record<RatedSeverity, number>>>;
  /** Whether those known to be exploited count whatever the severity, and no other rule but one of packages and paths exempts them. */
  readonly knownExploited?: boolean;
  /** Those with a lower CVSS score do not count; 0 to 10. */
  readonly minCvss?: number;
  /** Only those count whose CVSS vector has all metrics of one of these: `AV:N`, `AV:A/PR:N`. */
  readonly vectors?: readonly string[];
  /** Those that are less likely to be exploited (EPSS) do not count; 0 to 1. */
  readonly minEpss?: number;
  /** Younger ones do not count yet. */
  readonly grace?: { readonly days: number; readonly since: 'publication' | 'fix' };
  /** Whether those that the baseline has do not count. */
  readonly onlyNew?: boolean;
  /** Globs; only these packages count. */
  readonly onlyPackages?: readonly string[];
  /** Globs; these packages do not count. */
  readonly ignoredPackages?: readonly string[];
  /** Globs; of the vulnerabilities whose place in the image is known only these count. */
  readonly onlyPaths?: readonly string[];
  /** Globs; what is found there does not count. */
  readonly ignoredPaths?: readonly string[];
  /** An older scan is no verdict. */
  readonly maxReportAgeSeconds?: number;
  /** A scan with older data about vulnerabilities is no verdict. */
  readonly maxDataAgeSeconds?: number;
  /** Whether an image without a bill of materials is refused. */
  readonly requireSbom?: boolean;
  /** Exceptions are warned about so many days before they end; 14 unless said otherwise. */
  readonly warnBeforeExpiryDays?: number;
}

/** The severity of what nobody has rated, unless the policy says otherwise. */
export const unratedDefault: RatedSeverity = 'High';
