import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { formatSeconds, formatTime } from '../format.ts';
import type { GateTally } from '../gate-summary/gate-tally.ts';
import { describePlatforms, describeSource, gateHeadline } from '../gate-summary/gate-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { breakable } from '../html-places.ts';
import { reasonList } from '../html-reasons.ts';
import { symbol } from '../html-symbols.ts';

/** The verdict, and on what. */
export function hero(report: GateReport): SafeHtml {
  const { tone, title } = gateHeadline(report);
  const { image, digest, source, platforms, judgedAt, durationSeconds } = report;
  return html`<header class="hero">
<p class="verdict">${symbol(tone === 'warning' ? 'caution' : tone)}${title}</p>
<h2 id="image">${breakable(image)}</h2>
<div class="copy"><code id="reference">${image}@${digest}</code><button type="button" class="script-only" data-copy="reference" aria-label="Copy the reference with its digest">Copy</button></div>
<ul class="facts">
<li>${describeSource(source)}</li>
<li>${describePlatforms(platforms)}</li>
<li>judged at ${formatTime(judgedAt)}</li>
<li>took ${formatSeconds(durationSeconds)}</li>
</ul>
</header>`;
}

/** Why the verdict is what it is, and what else one should know. */
export function why({ verdict, reasons, warnings }: GateReport): SafeHtml {
  return html`<section class="why"><h3>${verdict === 'passed' ? 'Why it passed' : 'Why it was refused'}</h3>
${reasonList(reasons)}
${warnings.length === 0 ? undefined : html`<div class="tone warning"><h4>Worth knowing</h4>${reasonList(warnings)}</div>`}
</section>`;
}

/** The numbers that people look for, each of which leads to its section. */
export function tiles({ baseline, upgrades, exceptions }: GateReport, tally: GateTally): SafeHtml {
  return html`<nav class="tiles" aria-label="On this page"><ul>
${tile('vulnerabilities', tally.all, 'found', 'in all')}
${tile('vulnerabilities', tally.refused, 'refused', 'by the policy', tally.refused > 0 ? 'bad' : 'good')}
${baseline === undefined ? undefined : tile('new', baseline.added, 'new', `since ${baseline.name}`, baseline.added > 0 ? 'warning' : 'good')}
${upgrades.length === 0 ? undefined : tile('upgrades', tally.fixable, 'fixable', `with ${formatCount(upgrades.length, 'upgrade')}`)}
${exceptions.length === 0 ? undefined : tile('exceptions', tally.excepted, 'excepted', `${formatCount(exceptions.length, 'exception')} listed`)}
</ul></nav>`;
}

function tile(section: string, count: number, kind: string, words: string, tone = 'open'): SafeHtml {
  return html`<li><a class="card tone ${tone}" href="#${section}"><span><b>${formatNumber(count)}</b> ${kind}</span><span class="muted clamp">${words}</span></a></li>
`;
}
