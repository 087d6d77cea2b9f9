import { formatCount } from '@harbor-pilot/core';
import type { GatePart, RecordedVulnerability } from '@harbor-pilot/step-kit';
import { countsOf, policyOf } from './headline.ts';
import { html, type SafeHtml } from './html.ts';
import { reasonList } from './html-reasons.ts';
import { symbol } from './html-symbols.ts';
import { advisoryAddress } from './links.ts';
import { first } from './plain.ts';
import { severityChart, severityClass, severityClasses } from './severity-chart.ts';

const rowLimit = 1000;

/** Verdict, chart and table of a gate; without its reasons when those are told already. */
export function gateSection(gate: GatePart, id: string, told: readonly string[]): SafeHtml {
  const tone = gate.verdict === 'passed' ? 'good' : 'bad';
  return html`<section aria-labelledby="${id}-gate"><h3 id="${id}-gate">Vulnerabilities</h3>
<div class="columns">
<figure>${severityChart(
    countsOf(gate).map(([severity, count]) => ({ severity, count })),
    id,
    cutoffOf(gate),
  )}<figcaption class="muted">${caption(gate)}</figcaption></figure>
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

/** Of the bars of the chart, the one of the last severity that is refused. */
function cutoffOf(gate: GatePart): number | undefined {
  const place = severityClasses.indexOf(gate.severityCutoff);
  return place < 0 ? undefined : place;
}

function caption(gate: GatePart): string {
  const total = Object.values(gate.counts).reduce((sum, count) => sum + count, 0);
  const found = `${formatCount(total, 'vulnerability', 'vulnerabilities')} in all.`;
  return cutoffOf(gate) === undefined ? found : `${found} The dashed line is the cutoff of the policy.`;
}

function vulnerabilityTable(gate: GatePart, id: string): SafeHtml {
  const { shown, more } = first(gate.vulnerabilities, rowLimit);
  const left = more + gate.truncated;
  const present = new Set(shown.map(({ severity }) => severityClass(severity)));
  const severities = severityClasses.filter((name) => present.has(name));
  return html`<div class="filterable">
<div class="filter script-only" role="search" aria-label="Filter the vulnerabilities">
<label class="search">Filter <input type="search" placeholder="CVE, package, version, platform" autocomplete="off" spellcheck="false" aria-controls="${id}-vulnerabilities"></label>
<fieldset data-field="severity"><legend class="hidden">Severity</legend>
${severities.map((severity) => html`<label class="choice"><input type="checkbox" value="${severity}" checked> <span class="badge ${severity}">${severity}</span></label>`)}
</fieldset>
<label class="choice"><input type="checkbox" data-field="outcome" value="refused"> only what counts against the policy</label>
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
  return html`<tr data-severity="${severity}"${entry.refused ? html` class="refused" data-outcome="refused"` : undefined}><th scope="row">${
    advisory === undefined ? entry.id : html`<a href="${advisory}" rel="noopener noreferrer">${entry.id}</a>`
  }${entry.refused ? html` <span class="flag">refused</span>` : undefined}</th><td data-label="Severity"><span class="badge ${severity}">${entry.severity}</span></td><td data-label="CVSS" class="number">${
    entry.cvssScore === undefined ? '–' : entry.cvssScore.toFixed(1)
  }</td><td data-label="Package">${entry.package}</td><td data-label="Version" class="mono">${entry.version}</td><td data-label="Fixed in" class="mono">${entry.fixVersion ?? '–'}</td><td data-label="Platforms">${entry.platforms.join(', ')}</td></tr>
`;
}
