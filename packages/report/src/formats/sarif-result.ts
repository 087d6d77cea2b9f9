import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { artifactPath } from './artifact-path.ts';
import { exceptionOf, type PreparedReport } from './prepared-report.ts';
import { sarifText } from './sarif-text.ts';
import { scaleOf } from './severity-scales.ts';
import { exceptionPhrase, fixPhrase, severityPhrase } from './wording.ts';

/** One vulnerability in one package as a result of SARIF. */
export function sarifResult(
  report: PreparedReport,
  found: JudgedVulnerability,
  fingerprint: string | undefined,
  ruleIndex: number,
): string {
  return JSON.stringify({
    ruleId: found.id,
    ruleIndex,
    level: scaleOf(found).sarif,
    message: { text: sarifText(message(found)) },
    locations: [location(report, found)],
    partialFingerprints: {
      // The only one that GitHub compares; it expects a hash and a number.
      primaryLocationLineHash: `${fingerprint?.slice(0, 16)}:1`,
      'harborPilotVulnerability/v1': fingerprint,
    },
    suppressions: suppressions(report, found),
    baselineState: found.isNew === undefined ? undefined : found.isNew ? 'new' : 'unchanged',
    properties: properties(found),
  });
}

function message(found: JudgedVulnerability): string {
  const title = found.title === undefined ? '' : ` (${found.title})`;
  return `${found.package} ${found.version} has ${found.id}${title}: ${severityPhrase(found)}, ${fixPhrase(found)}. ${outcomes[found.outcome]}: ${found.because}.`;
}

const outcomes = { refused: 'Refused', allowed: 'Allowed', excepted: 'Excepted' } as const;

/** Addresses in SARIF are URI references: a colon in the first part (a registry's port) would make a scheme of it. */
function location(report: GateReport, found: JudgedVulnerability): object {
  const uri = artifactPath(report, found).split('/').map(encodeURIComponent).join('/');
  const name = `${found.package}@${found.version}`;
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [
      { name, fullyQualifiedName: `${report.image}@${report.digest}/${found.purl ?? name}`, kind: 'package' },
    ],
  };
}

/** An empty list says that it is not suppressed, no list that nobody knows (SARIF 2.1.0, section 3.27.23). */
function suppressions(report: GateReport, found: JudgedVulnerability): readonly object[] {
  if (found.outcome !== 'excepted') return [];
  const exception = exceptionOf(report, found);
  const justification = exception === undefined ? found.because : exceptionPhrase(exception);
  return [{ kind: 'external', status: 'accepted', justification }];
}

function properties(found: JudgedVulnerability): object {
  const { outcome, severity, countedAs, fixVersion, status, platforms, purl, layer, epss, isKnownExploited } = found;
  return { outcome, severity, countedAs, fixVersion, status, platforms, purl, layer, epss, isKnownExploited };
}
