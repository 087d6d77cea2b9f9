import type { GateReport, HarborVerdict, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { fewOf } from '../few-of.ts';
import { type Counted, harborRank, type PullAnswer } from './judge-pull.ts';
import type { PullPolicy } from './pull-policy.ts';

/** What of our verdict is compared. */
export type OwnVerdict = Pick<GateReport, 'verdict' | 'vulnerabilities'>;

/** Where the verdict of Harbor differs from ours, and why; empty when it does not, or when Harbor's is not known. */
export function explainDifference(
  own: OwnVerdict,
  pull: HarborVerdict['pull'],
  answers: readonly PullAnswer[],
  policy: PullPolicy,
): readonly string[] {
  if (pull === 'refused' && own.verdict === 'passed') return harborIsStricter(own, answers);
  if (pull === 'allowed' && own.verdict === 'refused') return harborIsLaxer(own, answers, policy);
  return [];
}

function harborIsStricter({ vulnerabilities }: OwnVerdict, answers: readonly PullAnswer[]): string[] {
  const refusals = answers.filter((answer) => answer.pull === 'refused');
  const counted = new Set(refusals.flatMap((answer) => answer.counted ?? []).map(({ id }) => id));
  const spared = vulnerabilities.filter(({ id, outcome }) => counted.has(id) && outcome !== 'refused');
  const others = refusals.filter((answer) => answer.counted === undefined);
  return [
    ...byReason(spared).map(([because, ids]) => `Harbor counts ${fewOf(ids)}; this policy does not: ${because}.`),
    ...(others.length > 0
      ? ['The gate judges vulnerabilities alone; Harbor refuses the image for another reason.']
      : []),
  ];
}

function harborIsLaxer({ vulnerabilities }: OwnVerdict, answers: readonly PullAnswer[], policy: PullPolicy): string[] {
  const { refusedSeverity, allowlist } = policy;
  if (refusedSeverity === undefined) {
    return [
      'The project gives out images whatever their vulnerabilities are: "Prevent vulnerable images from running" is off.',
    ];
  }
  const open = answers.flatMap(({ reason }) => reason ?? []);
  if (open.length > 0) return open;
  const refused = vulnerabilities.filter(({ outcome }) => outcome === 'refused');
  const isBelow = ({ severity }: Counted): boolean => harborRank(severity) < harborRank(refusedSeverity);
  const below = refused.filter(isBelow).map(({ id }) => id);
  const listed = refused.filter((one) => !isBelow(one) && allowlist?.ids.has(one.id)).map(({ id }) => id);
  return [
    ...(below.length > 0
      ? [
          `Harbor refuses ${refusedSeverity} severity and worse, as it is rated by the scanner; the gate refuses ${fewOf(below)}, too.`,
        ]
      : []),
    ...(listed.length > 0
      ? [
          `${fewOf(listed)} ${listed.length === 1 ? 'is' : 'are'} on ${allowlist?.name}, which the gate does not take for an exception.`,
        ]
      : []),
    ...(below.length + listed.length === 0 ? ['The policy of the gate has rules that Harbor does not know.'] : []),
  ];
}

function byReason(vulnerabilities: readonly JudgedVulnerability[]): [because: string, ids: string[]][] {
  const groups = new Map<string, string[]>();
  for (const { because, id } of vulnerabilities) {
    const ids = groups.get(because) ?? [];
    ids.push(id);
    groups.set(because, ids);
  }
  return [...groups];
}
