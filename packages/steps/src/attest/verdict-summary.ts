import { asArray, asString, PilotError } from '@harbor-pilot/core';
import { type Digest, digestOf, hexOf } from '@harbor-pilot/oci';
import type { ReleaseRecord } from '@harbor-pilot/step-kit';

/** What the gate decided of one digest, wherever that is written. */
export interface GateVerdict {
  readonly digest: string;
  readonly isPassed: boolean;
  /** ISO 8601. */
  readonly judgedAt: string;
  /** In words, one each. */
  readonly rules: readonly string[];
}

// Whoever runs the gate signs; the pair of signer and verifier is what counts (SLSA 1.1, verification summary, "verifier").
const verifierId = 'harbor-pilot:scan-gate';
const policyUri = 'harbor-pilot:scan-gate/policy';

/**
 * The verdict of the gate as a verification summary (SLSA 1.1). The gate says nothing of SLSA's levels, so none is claimed.
 * @param image `registry/repository`.
 * @throws PilotError RECORD_MISMATCH when the verdict is about another digest.
 */
export function summaryOf(verdict: GateVerdict, image: string, digest: Digest): object {
  if (verdict.digest !== digest) {
    throw new PilotError('RECORD_MISMATCH', `the verdict of the gate is about ${verdict.digest}, not about ${digest}`, {
      hint: 'Attest the digest that was judged, or run scan-gate for this one.',
    });
  }
  return {
    verifier: { id: verifierId },
    timeVerified: verdict.judgedAt,
    resourceUri: `oci://${image}@${digest}`,
    policy: {
      uri: policyUri,
      digest: { sha256: hexOf(digestOf(JSON.stringify(verdict.rules))) },
      annotations: { rules: verdict.rules },
    },
    verificationResult: verdict.isPassed ? 'PASSED' : 'FAILED',
    verifiedLevels: [verdict.isPassed ? 'SCAN_GATE_PASSED' : 'FAILED'],
    slsaVersion: '1.1',
  };
}

/** The verdict in a report that the gate has written; undefined when it does not say all that is needed. */
export function verdictInReport(report: Readonly<Record<string, unknown>>): GateVerdict | undefined {
  const [digest, judgedAt] = [asString(report.digest), asString(report.judgedAt)];
  const isPassed = report.verdict === 'passed';
  if (digest === undefined || judgedAt === undefined || !(isPassed || report.verdict === 'refused')) return undefined;
  return { digest, isPassed, judgedAt, rules: asArray(report.policy).flatMap((rule) => asString(rule) ?? []) };
}

/** The verdict in a release record; undefined when there is none, or when an older version wrote it and did not say when. */
export function verdictInRecord(record: ReleaseRecord | undefined): GateVerdict | undefined {
  const gate = record?.gate;
  if (record === undefined || gate?.judgedAt === undefined) return undefined;
  const fixed = gate.onlyFixed ? ', when it has a fix' : '';
  const rules = [`a vulnerability of ${gate.severityCutoff} severity or worse is refused${fixed}`];
  return { digest: record.digest, isPassed: gate.verdict === 'passed', judgedAt: gate.judgedAt, rules };
}
