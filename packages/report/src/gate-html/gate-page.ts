import type { GateReport } from '@harbor-pilot/step-kit';
import { tallyOf } from '../gate-summary/gate-tally.ts';
import { gateHeadline } from '../gate-summary/gate-words.ts';
import { html, type SafeHtml, trusted } from '../html.ts';
import { pagePieces } from '../html-document.ts';
import { script } from '../script.ts';
import { style } from '../style.ts';
import { exceptionSection } from './gate-exceptions.ts';
import { groupSection } from './gate-groups.ts';
import { hero, tiles, why } from './gate-hero.ts';
import { newSection } from './gate-new.ts';
import { overview } from './gate-overview.ts';
import { gateStyle } from './gate-style.ts';
import { upgradeSection } from './gate-upgrades.ts';
import { vulnerabilitySection } from './gate-vulnerabilities.ts';

/**
 * All that a run of the gate found as one self-contained page, piece by piece. It asks the network for nothing; its
 * Content-Security-Policy allows just its own style and script, by their hashes. Without script it lacks only the filter,
 * the order by a column, and the copy button.
 */
export function renderGateHtml(report: GateReport): Generator<string> {
  return pagePieces({
    title: `${gateHeadline(report).title}: ${report.image} · Harbor Pilot`,
    kind: 'gate report',
    style: `${style}${gateStyle}`,
    script,
    main: mainOf(report),
    footer: html`Written by Harbor Pilot. This page makes no network requests.`,
  });
}

function* mainOf(report: GateReport): Generator<SafeHtml> {
  const { tone } = gateHeadline(report);
  const tally = tallyOf(report.vulnerabilities);
  yield html`<article class="release tone ${tone}" aria-labelledby="image">
${hero(report)}
${why(report)}
${tiles(report, tally)}
${overview(report, tally)}
${upgradeSection(report)}
${newSection(report)}
`;
  yield* vulnerabilitySection(report);
  yield html`${groupSection(report)}
${exceptionSection(report)}
`;
  yield trusted('</article>');
}
