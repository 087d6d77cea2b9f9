import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { advisoryAddress } from '../links.ts';
import { markdownSentence } from '../markdown-escape.ts';
import { sarifText } from './sarif-text.ts';
import { scaleOf, securitySeverity } from './severity-scales.ts';
import { cut, headingOf } from './wording.ts';

/** Longest description that GitHub takes, in characters. */
const longestDescription = 1000;

/** Most links that a rule shows: the advisory is among the first. */
const linkLimit = 3;

/** Most tags of a rule that GitHub keeps. */
const tagLimit = 10;

/**
 * The rule of one vulnerability id, made of the worst one that has it. GitHub wants all these fields, and shows of the help
 * the Markdown.
 */
export function sarifRule(found: JudgedVulnerability): string {
  const { id, description, cvssScore, cvssVector, links = [] } = found;
  const heading = sarifText(cut(headingOf(found), 255));
  const text = description === undefined || description === '' ? heading : cut(description, longestDescription);
  return JSON.stringify({
    id,
    name: 'VulnerablePackage',
    shortDescription: { text: heading },
    fullDescription: { text: sarifText(text) },
    helpUri: advisoryAddress(id) ?? links[0],
    help: { text: helpText(found, heading), markdown: helpMarkdown(found, text) },
    defaultConfiguration: { level: scaleOf(found).sarif },
    properties: {
      'security-severity': securitySeverity(found),
      precision: 'very-high',
      tags: tags(found),
      cvssScore,
      cvssVector,
    },
  });
}

function tags({ cwes = [], countedAs }: JudgedVulnerability): string[] {
  const weaknesses = cwes.map((cwe) => `external/cwe/${cwe.toLowerCase()}`);
  return [...new Set(['security', 'vulnerability', countedAs.toLowerCase(), ...weaknesses])].slice(0, tagLimit);
}

function facts({ id, severity, cvssScore, cvssVector, publishedAt, links }: JudgedVulnerability): string[] {
  const score = cvssScore === undefined ? '' : `, CVSS ${cvssScore}`;
  const vector = cvssVector === undefined ? '' : ` (${cvssVector})`;
  return [
    `Severity: ${severity}${score}${vector}`,
    ...(publishedAt === undefined ? [] : [`Published: ${publishedAt}`]),
    ...(links ?? [advisoryAddress(id) ?? []].flat()).slice(0, linkLimit).map((link) => `More: ${link}`),
  ];
}

function helpText(found: JudgedVulnerability, heading: string): string {
  return sarifText([heading, ...facts(found)].join('\n'));
}

function helpMarkdown(found: JudgedVulnerability, text: string): string {
  const list = facts(found).map((fact) => `- ${markdownSentence(fact)}`);
  return [`**${markdownSentence(found.id)}**`, '', markdownSentence(text, longestDescription), '', ...list].join('\n');
}
