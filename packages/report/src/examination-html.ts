import type { Examination, ExaminedCheck } from '@harbor-pilot/step-kit';
import { areaTitle, byArea, describeCounts, describeSubject, diagnose, statusTones } from './examination.ts';
import { formatTime } from './format.ts';
import { html, type SafeHtml, trusted } from './html.ts';
import { page } from './html-document.ts';
import { symbol } from './html-symbols.ts';
import { style } from './style.ts';
import { examinationStyle } from './style-examination.ts';

/**
 * What an examination found as one self-contained page. It has no script, and asks the network for nothing; its
 * Content-Security-Policy allows just its own style, by its hash.
 */
export function renderExaminationHtml(examination: Examination): string {
  const { tone, title, cause } = diagnose(examination);
  return page({
    title: `${title}: ${examination.host} · Harbor Pilot`,
    kind: 'doctor',
    style: `${style}${examinationStyle}`,
    main: html`<article class="release tone ${tone}" aria-labelledby="subject">
<header class="hero">
<p class="verdict">${symbol(tone === 'warning' ? 'caution' : tone)}${title}</p>
<h2 id="subject">${describeSubject(examination)}</h2>
<ul class="facts"><li>${describeCounts(examination.checks)}</li><li>${formatTime(examination.startedAt)}</li></ul>
</header>
${cause === undefined ? undefined : causeSection(cause)}
${byArea(examination.checks).map(([area, checks]) => areaSection(area, checks))}
</article>`,
    footer: html`Written by Harbor Pilot. This page makes no network requests.`,
  });
}

function causeSection({ seen, advice, matters }: ExaminedCheck): SafeHtml {
  return html`<section class="why"><h3>What is wrong</h3>
<p class="seen">${seen}</p>
${advice === undefined ? undefined : html`<p class="advice">${advice}</p>`}
<p class="muted">${matters}</p>
</section>`;
}

function areaSection(area: string, checks: readonly ExaminedCheck[]): SafeHtml {
  return html`<section aria-labelledby="area-${area}"><h3 id="area-${area}">${areaTitle(area)}</h3>
<ul class="checks">
${checks.map(checkItem)}</ul></section>
`;
}

function checkItem({ id, status, title, seen, advice, matters, facts = [], code }: ExaminedCheck): SafeHtml {
  const tone = status === 'skipped' ? 'skipped' : statusTones[status];
  return html`<li class="check tone ${tone}" id="check-${id}">${symbol(tone === 'warning' ? 'caution' : tone)}<div>
<h4>${title} <span class="status">${status}</span>${code === undefined ? undefined : html` <code>${code}</code>`}</h4>
<p class="seen">${seen}</p>
${advice === undefined || status === 'ok' ? undefined : html`<p class="advice">${advice}</p>`}
<details${status === 'failed' ? trusted(' open') : undefined}><summary>${facts.length === 0 ? 'Why it matters' : 'Facts, and why it matters'}</summary>
<p class="muted">${matters}</p>
${facts.length === 0 ? undefined : html`<ul class="reasons">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>`}
</details></div></li>
`;
}
