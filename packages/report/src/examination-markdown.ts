import type { Examination, ExaminedCheck } from '@harbor-pilot/step-kit';
import { areaTitle, byArea, describeCounts, describeSubject, diagnose, statusTones } from './examination.ts';
import { markdownSentence, markdownText } from './markdown-escape.ts';
import { details, symbols, table } from './markdown-parts.ts';
import { first } from './plain.ts';

const factLimit = 30;

/** What an examination found as Markdown, for the summary of a CI job. */
export function renderExaminationMarkdown(examination: Examination): string {
  const { checks } = examination;
  const { tone, title, cause } = diagnose(examination);
  const blocks = [
    `## ${symbols[tone]} ${markdownText(title)}`,
    `${markdownText(describeSubject(examination))}: ${describeCounts(checks)}`,
    ...(cause === undefined ? [] : causeBlocks(cause)),
    ...byArea(checks).map(([area, list]) => `### ${markdownText(areaTitle(area))}\n\n${areaTable(list)}`),
    factsBlock(checks),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function causeBlocks({ seen, advice, matters }: ExaminedCheck): readonly string[] {
  return [
    `**What is wrong:** ${markdownSentence(seen)}`,
    ...(advice === undefined ? [] : [`**What to do:** ${markdownSentence(advice)}`]),
    `**Why it matters:** ${markdownSentence(matters)}`,
  ];
}

function areaTable(checks: readonly ExaminedCheck[]): string {
  const rows = checks.map(({ status, title, seen, advice }) => [
    `${status === 'skipped' ? '➖' : symbols[statusTones[status]]} ${status}`,
    markdownText(title),
    markdownSentence(seen),
    status === 'ok' ? '' : markdownSentence(advice ?? ''),
  ]);
  return table(['Result', 'Check', 'What was seen', 'What to do'], rows);
}

function factsBlock(checks: readonly ExaminedCheck[]): string {
  const lines = checks.flatMap(({ title, facts = [] }) =>
    facts.map((fact) => `- ${markdownSentence(`${title}: ${fact}`)}`),
  );
  if (lines.length === 0) return '';
  const { shown, more } = first(lines, factLimit);
  return details('Further facts', [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n'));
}
