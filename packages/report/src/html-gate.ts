import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GatePart, RecordedVulnerability } from '@harbor-pilot/step-kit';
import { countsOf, policyOf } from './headline.ts';
import { html, type SafeHtml } from './html.ts';
import { reasonList } from './html-reasons.ts';
import { symbol } from './html-symbols.ts';
import { advisoryAddress } from './links.ts';
import { first } from './plain.ts';

const rowLimit = 1000;

/** Verdict, chart and table of a gate; without its reasons when those are told already. */
export function gateSection(gate: GatePart, id: string, told: readonly string[]): SafeHtml {
  const tone = gate.verdict === 'passed' ? 'good' : 'bad';
  return html`<section aria-labelledby="${id}-gate"><h3 id="${id}-gate">Vulnerabilities</h3>
<div class="columns">
<figure>${chart(gate, id)}<figcaption class="muted">${caption(gate)}</figcaption></figure>
<div class="tone ${tone}">
<p class="verdict small">${symbol(tone)}The gate ${gate.verdict === 'passed' ? 'passed the image' : 'refused the image'}</p>
<dl>
<dt>Policy</dt><dd>${policyOf(gate)}</dd>
${gate.scanner === undefined ? undefined : html`<dt>Scanner</dt><dd>${gate.scanner}</dd>`}
</dl>
${reasonList(gate.reasons, told)}
</div>
</div>
${gate.vulnerabilities.length === 0 ? undefined : vulnerabilityTable(gate, id)}
</section>`;
}

const severityClasses: readonly string[] = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

function severityClass(severity: string): string {
  return severityClasses.find((name) => name === severity.toLowerCase()) ?? 'unknown';
}

const rowHeight = 32;

/** Horizontal bars; lengths are shares of the largest count, so that the text keeps its size on any screen. */
function chart(gate: GatePart, id: string): SafeHtml {
  const counts = countsOf(gate);
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const words = counts.map(([severity, count]) => `${formatNumber(count)} ${severity.toLowerCase()}`).join(', ');
  const cutoff = cutoffLine(gate);
  return html`<svg class="chart" width="100%" height="${counts.length * rowHeight}" role="img" aria-labelledby="${id}-chart-title ${id}-chart-text">
<title id="${id}-chart-title">Vulnerabilities by severity</title><desc id="${id}-chart-text">${words}</desc>
${counts.map(([severity, count], row) => {
  const y = row * rowHeight;
  const width = count === 0 ? 0 : Math.max(1, (count / most) * 60);
  return html`<text x="0" y="${y + 21}">${severity}</text><rect class="track" x="26%" y="${y + 8}" width="60%" height="16" rx="4"/>${
    count === 0
      ? undefined
      : html`<rect class="bar ${severityClass(severity)}" x="26%" y="${y + 8}" width="${width.toFixed(2)}%" height="16" rx="4"/>`
  }<text class="count" x="100%" y="${y + 21}" text-anchor="end">${formatNumber(count)}</text>
`;
})}${
  cutoff === undefined ? undefined : html`<line class="cutoff" x1="0" x2="100%" y1="${cutoff}" y2="${cutoff}"/>`
}</svg>`;
}

/** Below the last severity that is refused. */
function cutoffLine(gate: GatePart): number | undefined {
  const place = severityClasses.indexOf(gate.severityCutoff);
  return place < 0 ? undefined : (place + 1) * rowHeight;
}

function caption(gate: GatePart): string {
  const total = Object.values(gate.counts).reduce((sum, count) => sum + count, 0);
  const found = `${formatCount(total, 'vulnerability', 'vulnerabilities')} in all.`;
  return cutoffLine(gate) === undefined ? found : `${found} The dashed line is the cutoff of the policy.`;
}

function vulnerabilityTable(gate: GatePart, id: string): SafeHtml {
  const { shown, more } = first(gate.vulnerabilities, rowLimit);
  const left = more + gate.truncated;
  const present = new Set(shown.map(({ severity }) => severityClass(severity)));
  const severities = severityClasses.filter((name) => present.has(name));
  return html`<div class="filterable">
<div class="filter script-only" role="search" aria-label="Filter the vulnerabilities">
<label class="search">Filter <input type="search" placeholder="CVE, package, version, platform" autocomplete="off" spellcheck="false" aria-controls="${id}-vulnerabilities"></label>
<fieldset><legend class="hidden">Severity</legend>
${severities.map((severity) => html`<label class="choice"><input type="checkbox" value="${severity}" checked> <span class="badge ${severity}">${severity}</span></label>`)}
</fieldset>
<label class="choice"><input type="checkbox" class="only-refused"> only what counts against the policy</label>
<output aria-live="polite"></output>
</div>
<div class="scroll" role="region" tabindex="0" aria-label="Table of vulnerabilities">
<table class="stacking" id="${id}-vulnerabilities">
<thead><tr><th scope="col">Vulnerability</th><th scope="col">Severity</th><th scope="col" class="number">CVSS</th><th scope="col">Package</th><th scope="col">Version</th><th scope="col">Fixed in</th><th scope="col">Platforms</th></tr></thead>
<tbody>
${shown.map(row)}</tbody>
</table>
</div>
${left > 0 ? html`<p class="muted">${formatCount(left, 'vulnerability', 'vulnerabilities')} more, none worse, ${left === 1 ? 'is' : 'are'} not listed here; the counts and the verdict include them.</p>` : undefined}
</div>`;
}

function row(entry: RecordedVulnerability): SafeHtml {
  const severity = severityClass(entry.severity);
  const advisory = advisoryAddress(entry.id);
  return html`<tr data-severity="${severity}"${entry.refused ? html` class="refused" data-refused="true"` : undefined}><th scope="row">${
    advisory === undefined ? entry.id : html`<a href="${advisory}" rel="noopener noreferrer">${entry.id}</a>`
  }${entry.refused ? html` <span class="flag">refused</span>` : undefined}</th><td data-label="Severity"><span class="badge ${severity}">${entry.severity}</span></td><td data-label="CVSS" class="number">${
    entry.cvssScore === undefined ? '–' : entry.cvssScore.toFixed(1)
  }</td><td data-label="Package">${entry.package}</td><td data-label="Version" class="mono">${entry.version}</td><td data-label="Fixed in" class="mono">${entry.fixVersion ?? '–'}</td><td data-label="Platforms">${entry.platforms.join(', ')}</td></tr>
`;
}
