import { createHash } from 'node:crypto';
import type { GateReport } from '@harbor-pilot/step-kit';
import { type GateTally, tallyOf } from '../gate-summary/gate-tally.ts';
import {
  describeBaseline,
  describePlatforms,
  describeSource,
  describeTally,
  gateHeadline,
} from '../gate-summary/gate-words.ts';
import { isWebAddress } from '../links.ts';
import { markdownCode, markdownSentence, markdownText } from '../markdown-escape.ts';
import { link, symbols } from '../markdown-parts.ts';
import {
  bullets,
  exceptionBlock,
  harborBlock,
  otherBlock,
  policyBlock,
  type Room,
  refusedBlock,
  upgradeBlock,
} from './markdown-blocks.ts';
import { counts, severityChart } from './markdown-chart.ts';

/** What Markdown is written for, with the most that is taken there, in bytes. Servers count characters, which are never more. */
const placeLimits = {
  /** https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions, "Job summaries" */
  'github-summary': 1_048_576,
  // Some is left for what the sender adds.
  'github-comment': 65_000,
  /** https://docs.gitlab.com/administration/instance_limits/, "Size of comments and descriptions" */
  'gitlab-note': 1_000_000,
} as const;

/** Where Markdown of a report is shown. */
export type MarkdownPlace = keyof typeof placeLimits;

/** How much is told in full, most first. The last is short enough for any place whatever the texts are. */
const rooms: readonly Room[] = [
  { rows: 200, sentences: 30 },
  { rows: 50, sentences: 20 },
  { rows: 10, sentences: 10 },
  { rows: 1, sentences: 1 },
];

/**
 * A report of the gate as Markdown for a place, as long as the place allows; what is left out is counted. The first line is
 * {@link gateMarker}, which is not to be seen.
 * @param wholeReport path or address of a report with everything.
 */
export function renderGateMarkdown(report: GateReport, place: MarkdownPlace, wholeReport?: string): string {
  const tally = tallyOf(report.vulnerabilities);
  let text = '';
  for (const room of rooms) {
    text = written(report, tally, room, wholeReport);
    if (Buffer.byteLength(text) <= placeLimits[place]) break;
  }
  return text;
}

/**
 * The hidden line by which the comment about an image is found again, to be updated in place.
 * @param image `registry/repository`: each image has a comment of its own.
 */
export function gateMarker(image: string): string {
  return `<!-- harbor-pilot gate ${createHash('sha256').update(image).digest('hex').slice(0, 16)} -->`;
}

function written(report: GateReport, tally: GateTally, room: Room, wholeReport: string | undefined): string {
  const { tone, title } = gateHeadline(report);
  const blocks = [
    gateMarker(report.image),
    `## ${symbols[tone]} ${title}: ${markdownText(report.image)}`,
    markdownCode(`${report.image}@${report.digest}`),
    bullets(report.reasons, room),
    report.warnings.length === 0 ? '' : `**Worth knowing**\n\n${bullets(report.warnings, room)}`,
    `**${describeTally(tally)}**${report.baseline === undefined ? '' : ` ${markdownSentence(describeBaseline(report.baseline))}`}`,
    severityChart(tally),
    counts(tally),
    refusedBlock(report, tally, room),
    upgradeBlock(report, room),
    otherBlock(report, tally, room),
    exceptionBlock(report, room),
    policyBlock(report, room),
    harborBlock(report, room),
    footer(report, wholeReport),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function footer({ source, platforms }: GateReport, wholeReport: string | undefined): string {
  const found = markdownSentence(`Found by ${describeSource(source)}, for ${describePlatforms(platforms)}.`);
  if (wholeReport === undefined) return `<sub>${found}</sub>`;
  const whole = isWebAddress(wholeReport)
    ? link(wholeReport, 'The whole report')
    : `The whole report: ${markdownCode(wholeReport)}`;
  return `${whole}\n\n<sub>${found}</sub>`;
}
