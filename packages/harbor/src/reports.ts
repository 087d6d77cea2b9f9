import {
  asArray,
  asNumber,
  asObject,
  asString,
  CutterLimit,
  ListCutter,
  PilotError,
  Sharing,
} from '@harbor-pilot/core';
import { filled, formsOf, type HarborObject, parseOptionalDigest, parseScanner, parseTime } from './parsing.ts';
import { noId, type Severity, severities, type Vulnerability, type VulnerabilityReport } from './types.ts';

// A report of 100,000 entries has about 100 MB.
const limits = { bodyBytes: 1024 * 1024 * 1024, elementBytes: 8 * 1024 * 1024, outlineBytes: 1024 * 1024, depth: 20 };

/**
 * Reads a report of vulnerabilities, an entry at a time, in its newest form that is one. `{}` is no report, and neither is
 * a form without a list unless it says that the worst severity is "None". No entry is ever dropped.
 * @throws PilotError ANSWER_UNEXPECTED when it is no JSON, CONTENT_HOSTILE beyond the limits.
 */
export async function readReport(body: AsyncIterable<Buffer>, what: string): Promise<VulnerabilityReport | undefined> {
  const lists = new Map<string, Vulnerability[]>();
  const sharing = new Sharing();
  const isList = (name: string): boolean => name.endsWith('.vulnerabilities');
  const cutter = new ListCutter({ has: isList }, limits, { has: isList }, ({ list, text }) => {
    const entries = lists.get(list) ?? [];
    const vulnerability = parseVulnerability(parseJson(text, what));
    entries.push(sharing.share(vulnerability.id, vulnerability));
    lists.set(list, entries);
  });
  await cut(body, cutter, what);
  const forms = formsOf(parseJson(cutter.outline(), what));
  const found = forms.find(({ form }) => Array.isArray(form.vulnerabilities) || isClean(form));
  if (found === undefined) return undefined;
  const generatedAt = parseTime(found.form.generated_at);
  const scanner = parseScanner(found.form.scanner);
  return {
    ...(generatedAt === undefined ? {} : { generatedAt }),
    ...(scanner === undefined ? {} : { scanner }),
    vulnerabilities: lists.get(`${found.type}.vulnerabilities`) ?? [],
  };
}

async function cut(body: AsyncIterable<Buffer>, cutter: ListCutter, what: string): Promise<void> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.bodyBytes) throw hostile(what, `more than ${limits.bodyBytes} bytes`);
    try {
      cutter.push(chunk);
    } catch (error) {
      throw error instanceof CutterLimit ? hostile(what, error.message) : error;
    }
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PilotError('ANSWER_UNEXPECTED', `cannot ${what}: the answer is no JSON`, {
      cause,
      hint: 'Check that the host is a Harbor of version 2, and that no proxy answers in its place.',
    });
  }
}

function hostile(what: string, has: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `cannot ${what}: it has ${has}`, {
    hint: 'Look at the report in Harbor. No scanner writes one like this.',
  });
}

function isClean(report: HarborObject): boolean {
  return report.vulnerabilities === null && parseTime(report.generated_at) !== undefined && report.severity === 'None';
}

function parseVulnerability(value: unknown): Vulnerability {
  const entry = asObject(value) ?? {};
  const cvss = asObject(entry.preferred_cvss);
  const fixVersion = filled(entry.fix_version);
  const description = filled(entry.description);
  const status = filled(entry.status);
  const vendorAttributes = asObject(entry.vendor_attributes);
  const cvssScore = asNumber(cvss?.score_v3);
  const cvssVector = filled(cvss?.vector_v3);
  return {
    id: filled(entry.id) ?? noId,
    package: filled(entry.package) ?? '(no package)',
    version: asString(entry.version) ?? '',
    ...(fixVersion === undefined ? {} : { fixVersion }),
    severity: parseSeverity(entry.severity),
    ...(description === undefined ? {} : { description }),
    ...(cvssScore === undefined ? {} : { cvssScore }),
    ...(cvssVector === undefined ? {} : { cvssVector }),
    // Harbor writes one empty text for none.
    links: asArray(entry.links).flatMap((link) => filled(link) ?? []),
    cwes: asArray(entry.cwe_ids).flatMap((cwe) => filled(cwe) ?? []),
    ...(status === undefined ? {} : { status }),
    ...(vendorAttributes === undefined ? {} : { vendorAttributes }),
    artifactDigests: asArray(entry.artifact_digests).flatMap((digest) => parseOptionalDigest(digest) ?? []),
  };
}

function parseSeverity(value: unknown): Severity {
  const text = asString(value)?.trim().toLowerCase();
  // Harbor keeps "Negligible" as "None" (vuln.ParseSeverityVersion3).
  if (text === 'none') return 'Negligible';
  return severities.find((severity) => severity.toLowerCase() === text) ?? 'Unknown';
}
