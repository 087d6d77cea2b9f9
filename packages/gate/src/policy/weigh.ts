import type { FoundVulnerability, RatedSeverity } from '@harbor-pilot/step-kit';
import type { Comparison } from '../baseline.ts';
import type { Exception } from '../exceptions/exception.ts';
import type { Ledger } from '../exceptions/ledger.ts';
import { countedSeverity, reachesCutoff } from '../severity.ts';
import { type GatePolicy, unratedDefault } from './policy.ts';
import { type Candidate, countingRules, type Rule, scopeRules, severityWords } from './rules.ts';

/** What refuses a vulnerability: that it is known to be exploited, the budget of its severity, the cutoff. */
type RefusalCause = 'exploited' | 'over-budget' | 'cutoff';

/** What decides about a vulnerability; if nothing refuses it, some rule, an exception, or room in the budget. */
export type Cause = RefusalCause | 'exempt' | 'excepted' | 'in-budget';

/** A vulnerability together with what a policy makes of it. */
export interface WeighedVulnerability extends Candidate {
  readonly cause: Cause;
  readonly outcome: 'refused' | 'allowed' | 'excepted';
  readonly because: string;
  readonly exception: Exception | undefined;
}

/** What vulnerabilities are weighed with. */
export interface Scales {
  readonly policy: GatePolicy;
  readonly ledger: Ledger;
  readonly comparison?: Comparison;
  readonly now: Date;
}

/** What a policy makes of the vulnerabilities of an image, in their order. */
export function weigh(vulnerabilities: readonly FoundVulnerability[], scales: Scales): readonly WeighedVulnerability[] {
  const { policy } = scales;
  const weighOne = weigher(scales);
  const weighed = vulnerabilities.map(weighOne);
  const counts = new Map<RatedSeverity, number>();
  for (const { cause, countedAs } of weighed) {
    if (cause === 'over-budget') counts.set(countedAs, (counts.get(countedAs) ?? 0) + 1);
  }
  return weighed.map((one) =>
    one.cause === 'over-budget' ? settled(one, policy, counts.get(one.countedAs) ?? 0) : one,
  );
}

/** Weighs one; what the budget of its severity makes of it is known when all are counted. */
function weigher({ policy, ledger, comparison, now }: Scales): (found: FoundVulnerability) => WeighedVulnerability {
  const scope = scopeRules(policy);
  const counting = countingRules(policy, now);
  return (found) => {
    const candidate: Candidate = {
      found,
      countedAs: countedSeverity(found, policy.unratedCountsAs ?? unratedDefault),
      isNew: comparison?.isNew(found),
    };
    const { countedAs, isNew } = candidate;
    // Looked up for all, so that one that is not needed today is not taken for one that covers nothing.
    const exception = ledger.cover(found);
    const isExploited = policy.knownExploited === true && found.isKnownExploited === true;
    const exempt = firstExemption(scope, candidate) ?? (isExploited ? undefined : firstExemption(counting, candidate));
    const weighed = (
      cause: Cause,
      outcome: WeighedVulnerability['outcome'],
      because: string,
    ): WeighedVulnerability => ({
      found,
      countedAs,
      isNew,
      cause,
      outcome,
      because,
      exception,
    });
    if (exempt !== undefined) return weighed('exempt', 'allowed', exempt);
    if (exception !== undefined) return weighed('excepted', 'excepted', exceptionWords(exception));
    if (isExploited) return weighed('exploited', 'refused', 'known to be exploited');
    const cause = policy.max?.[countedAs] === undefined ? 'cutoff' : 'over-budget';
    return weighed(cause, 'refused', severityWords(found, countedAs));
  };
}

function firstExemption(rules: readonly Rule[], candidate: Candidate): string | undefined {
  for (const { exempts } of rules) {
    const why = exempts(candidate);
    if (why !== undefined) return why;
  }
  return undefined;
}

function settled(one: WeighedVulnerability, { max }: GatePolicy, count: number): WeighedVulnerability {
  const allowed = max?.[one.countedAs] ?? 0;
  const severity = severityWords(one.found, one.countedAs);
  if (count > allowed) return allowed === 0 ? one : { ...one, because: `${severity}, ${count} of at most ${allowed}` };
  return { ...one, cause: 'in-budget', outcome: 'allowed', because: `${severity}, ${count} of at most ${allowed}` };
}

/** `accepted until 2027-01-31`. */
function exceptionWords({ kind, expiresAt, from }: Exception): string {
  if (kind !== 'accepted') return `${kind === 'fixed' ? 'fixed' : 'not affected'}, says ${from}`;
  return expiresAt === undefined ? `accepted in ${from}` : `accepted until ${expiresAt.slice(0, 10)}`;
}

/** Whether the severity of a vulnerability would refuse it if it were for that alone. */
export function isSevere({ countedAs }: Candidate, { severityCutoff, max }: GatePolicy): boolean {
  return reachesCutoff(countedAs, severityCutoff) || max?.[countedAs] !== undefined;
}
