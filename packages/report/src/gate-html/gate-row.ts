import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { formatDay } from '../format.ts';
import { allSeverities } from '../gate-summary/gate-tally.ts';
import { address, html, type SafeHtml } from '../html.ts';
import { isWebAddress } from '../links.ts';
import { first, plain } from '../plain.ts';
import { severityClass } from '../severity-chart.ts';
import { advisory } from './gate-advisory.ts';

const linkLimit = 4;
const namedPlatforms = 3;
const longestDescription = 500;

/** What decides on how rows look. */
export interface RowStyle {
  readonly hasEpss: boolean;
  /** Place of each platform of the image, by which rows are filtered. */
  readonly platforms: ReadonlyMap<string, number>;
  /** Where on the page the exceptions are, by their places in the report. */
  readonly exceptions: ReadonlyMap<number, string>;
}

/** One vulnerability as a row of the table. */
export function row(found: JudgedVulnerability, { hasEpss, platforms, exceptions }: RowStyle): SafeHtml {
  const { outcome, fixVersion = '–' } = found;
  const on = found.platforms.flatMap((platform) => platforms.get(platform) ?? []).join(' ');
  return html`<tr data-severity="${severityClass(found.severity)}" data-outcome="${outcome}" data-is="${kindsOf(found)}" data-platform="${on}"${outcome === 'refused' ? html` class="refused"` : undefined}>${nameCell(found)}${severityCell(found)}${numberCell(
    'CVSS',
    found.cvssScore,
    (score) => score.toFixed(1),
  )}${hasEpss ? numberCell('EPSS', found.epss, (share) => `${(share * 100).toFixed(1)} %`) : undefined}${packageCell(
    found,
    platforms.size,
  )}<td data-label="Fixed in" class="mono">${fixVersion}</td><td data-label="Decision"><span><span class="outcome ${outcome}">${outcome}</span>${because(found, exceptions)}</span></td></tr>
`;
}

function nameCell(found: JudgedVulnerability): SafeHtml {
  const { id, title } = found;
  return html`<th scope="row">${advisory(id)}${flags(found)}${title === undefined ? undefined : small(plain(title, 160))}${more(found)}</th>`;
}

function severityCell({ severity, countedAs }: JudgedVulnerability): SafeHtml {
  const key = allSeverities.length - allSeverities.indexOf(countedAs);
  const badge = html`<span class="badge ${severityClass(severity)}">${severity}</span>`;
  return html`<td data-label="Severity" data-key="${key}"><span>${badge}${severity === countedAs ? undefined : small(`counts as ${countedAs}`)}</span></td>`;
}

function numberCell(label: string, value: number | undefined, format: (value: number) => string): SafeHtml {
  return html`<td data-label="${label}" class="number" data-key="${value}">${value === undefined ? '–' : format(value)}</td>`;
}

function packageCell({ package: name, version, path, platforms }: JudgedVulnerability, allPlatforms: number): SafeHtml {
  return html`<td data-label="Package"><span>${name} <span class="mono muted">${version}</span>${path === undefined ? undefined : small(path)}${onlyOn(platforms, allPlatforms)}</span></td>`;
}

/** The platforms that have it, where that are not all; many are counted here, and named with the other facts. */
function onlyOn(platforms: readonly string[], all: number): SafeHtml | undefined {
  if (platforms.length >= all) return undefined;
  const words = platforms.length > namedPlatforms ? `${platforms.length} of ${all} platforms` : platforms.join(', ');
  return small(`only on ${words}`);
}

function small(words: string | SafeHtml): SafeHtml {
  return html`<span class="small">${words}</span>`;
}

function kindsOf({ fixVersion, isNew, isKnownExploited }: JudgedVulnerability): string {
  const kinds = [
    fixVersion !== undefined && 'fixable',
    isNew === true && 'new',
    isKnownExploited === true && 'exploited',
  ];
  return kinds.filter((kind) => kind !== false).join(' ');
}

function flags({ isNew, isKnownExploited }: JudgedVulnerability): SafeHtml {
  return html`${isNew === true ? html` <span class="mark new">new</span>` : undefined}${
    isKnownExploited === true ? html` <span class="mark exploited">known exploited</span>` : undefined
  }`;
}

function because(
  { because: words, exception }: JudgedVulnerability,
  exceptions: RowStyle['exceptions'],
): SafeHtml | undefined {
  if (words === '') return undefined;
  const href = exception === undefined ? undefined : exceptions.get(exception);
  return small(href === undefined ? words : html`<a href="${href}">${words}</a>`);
}

/** What has no column of its own, folded away. */
function more(found: JudgedVulnerability): SafeHtml | undefined {
  const { platforms } = found;
  const facts = [
    ['Also known as', found.aliases?.join(', ')],
    ['Published', found.publishedAt && formatDay(found.publishedAt)],
    ['Fixed since', found.fixedAt && formatDay(found.fixedAt)],
    ['CVSS vector', found.cvssVector],
    ['Other vectors', found.otherVectors?.join(', ')],
    ['Weaknesses', found.cwes?.join(', ')],
    ['Kind of package', found.packageType],
    ['Layer', found.layer],
    ['Platforms', platforms.length > namedPlatforms ? platforms.join(', ') : undefined],
  ] as const;
  const known = facts.filter(([, text]) => text !== undefined && text !== '');
  const { shown } = first((found.links ?? []).filter(isWebAddress), linkLimit);
  const { description } = found;
  if (known.length === 0 && shown.length === 0 && description === undefined) return undefined;
  return html`<details><summary>More<span class="hidden"> about ${found.id}</span></summary><div>${
    description === undefined ? undefined : html`<p>${plain(description, longestDescription)}</p>`
  }${known.length === 0 ? undefined : html`<dl>${known.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`}${
    shown.length === 0
      ? undefined
      : html`<ul>${shown.map((href) => html`<li><a href="${address(href)}" rel="noopener noreferrer">${href}</a></li>`)}</ul>`
  }</div></details>`;
}
