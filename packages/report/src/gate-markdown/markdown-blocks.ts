import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { formatDay } from '../format.ts';
import { severityPhrase } from '../formats/wording.ts';
import { exceptionsByState } from '../gate-summary/gate-exceptions.ts';
import type { GateTally } from '../gate-summary/gate-tally.ts';
import { harborAnswers } from '../gate-summary/gate-words.ts';
import { advisoryAddress } from '../links.ts';
import { markdownCode, markdownSentence, markdownText } from '../markdown-escape.ts';
import { details, link, table } from '../markdown-parts.ts';
import { first } from '../plain.ts';

/** How much there is room for. */
export interface Room {
  /** Rows of each table. */
  readonly rows: number;
  /** Entries of each list. */
  readonly sentences: number;
}

/** Sentences as a list; what there is no room for is counted. */
export function bullets(sentences: readonly string[], room: Room): string {
  const { shown, more } = first(sentences, room.sentences);
  return [
    ...shown.map((sentence) => `- ${markdownSentence(sentence)}`),
    ...(more > 0 ? [`- and ${formatNumber(more)} more`] : []),
  ].join('\n');
}

/** The vulnerabilities for which the image is refused. */
export function refusedBlock({ vulnerabilities }: GateReport, { refused }: GateTally, { rows }: Room): string {
  if (refused === 0) return '';
  return `### Refused\n\n${vulnerabilityTable(
    vulnerabilities.filter(({ outcome }) => outcome === 'refused'),
    rows,
  )}`;
}

/** The others, folded away. */
export function otherBlock({ vulnerabilities }: GateReport, { all, refused }: GateTally, { rows }: Room): string {
  if (all === refused) return '';
  const others = vulnerabilities.filter(({ outcome }) => outcome !== 'refused');
  return details(
    formatCount(others.length, 'other vulnerability', 'other vulnerabilities'),
    vulnerabilityTable(others, rows),
  );
}

function vulnerabilityTable(vulnerabilities: readonly JudgedVulnerability[], limit: number): string {
  const { shown, more } = first(vulnerabilities, limit);
  const rows = shown.map((found) => [
    `${advisory(found.id)}${found.isKnownExploited === true ? ' **known exploited**' : ''}${found.isNew === true ? ' **new**' : ''}`,
    severityPhrase(found),
    found.cvssScore?.toFixed(1) ?? '',
    markdownCode(`${found.package} ${found.version}`),
    found.fixVersion === undefined ? '–' : markdownCode(found.fixVersion),
    markdownText(found.because),
  ]);
  return `${table(['Vulnerability', 'Severity', 'CVSS', 'Package', 'Fixed in', 'Why'], rows)}${rest(more, 'vulnerability', 'vulnerabilities')}`;
}

function advisory(id: string): string {
  const address = advisoryAddress(id);
  return address === undefined ? markdownText(id) : link(address, id);
}

/** What can be fixed, and the version to take. */
export function upgradeBlock({ upgrades }: GateReport, room: Room): string {
  if (upgrades.length === 0) return '';
  const { shown, more } = first(upgrades, room.rows);
  const rows = shown.map((upgrade) => [
    `${markdownCode(upgrade.package)}${upgrade.isFromBase === true ? ' (base image)' : ''}`,
    markdownCode(upgrade.from),
    markdownCode(upgrade.to),
    formatNumber(upgrade.removes.length),
    upgrade.refused === 0 ? '–' : formatNumber(upgrade.refused),
  ]);
  return `### What to upgrade\n\n${table(['Package', 'From', 'To', 'Removes', 'Of these refused'], rows)}${rest(more, 'upgrade')}`;
}

/** Who answers for what does not count, and until when. */
export function exceptionBlock({ exceptions }: GateReport, room: Room): string {
  if (exceptions.length === 0) return '';
  const { shown, more } = first(exceptionsByState(exceptions), room.rows);
  const rows = shown.map((exception) => [
    `${advisory(exception.id)}${exception.package === undefined ? '' : ` in ${markdownCode(exception.package)}`}`,
    exception.state,
    markdownText(exception.reason),
    exception.owner === undefined ? '–' : markdownText(exception.owner),
    exception.expiresAt === undefined ? 'no end' : markdownText(formatDay(exception.expiresAt)),
    markdownCode(exception.from),
  ]);
  const body = `${table(['Vulnerability', 'State', 'Reason', 'Owner', 'Until', 'From'], rows)}${rest(more, 'exception')}`;
  return details(formatCount(exceptions.length, 'exception'), body);
}

/** The rules in words. */
export function policyBlock({ policy }: GateReport, room: Room): string {
  return policy.length === 0 ? '' : details('Policy', bullets(policy, room));
}

/** What Harbor makes of the image. */
export function harborBlock({ harbor }: GateReport, room: Room): string {
  if (harbor === undefined) return '';
  const { pull, reasons, differences } = harbor;
  const differs =
    differences.length === 0 ? '' : `\n\nWhere this differs from the gate:\n\n${bullets(differences, room)}`;
  return details(harborAnswers[pull], `${bullets(reasons, room)}${differs}`);
}

function rest(count: number, one: string, many?: string): string {
  return count === 0 ? '' : `\n\nand ${formatCount(count, one, many)} more`;
}
