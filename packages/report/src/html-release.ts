import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { BuildPart, ReleaseRecord, SignaturePart } from '@harbor-pilot/step-kit';
import { formatSeconds, formatTime } from './format.ts';
import { type Headline, headlineOf, type Stage, stagesOf, totalSeconds } from './headline.ts';
import { address, html, type SafeHtml } from './html.ts';
import { gateSection } from './html-gate.ts';
import { breakable, placesSection, tagList } from './html-places.ts';
import { reasonList } from './html-reasons.ts';
import { rolloutSection } from './html-rollout.ts';
import { symbol } from './html-symbols.ts';
import { isWebAddress } from './links.ts';
import { placesOf } from './places.ts';
import { first } from './plain.ts';

const platformLimit = 50;

/** One release as an article of the page. Ids inside begin with the given one. */
export function release(record: ReleaseRecord, id: string): SafeHtml {
  const headline = headlineOf(record);
  const { tone, title, reasons } = headline;
  const reference = `${record.image}@${record.digest}`;
  const places = placesOf(record);
  return html`<article class="release tone ${tone}" id="${id}" aria-labelledby="${id}-title">
<header class="hero">
<p class="verdict">${symbol(tone)}${title}</p>
<h2 id="${id}-title">${breakable(record.image)}</h2>
<div class="copy"><code id="${id}-reference">${reference}</code><button type="button" class="script-only" data-copy="${id}-reference" aria-label="Copy the reference with its digest">Copy</button></div>
${facts(record)}
</header>
${why(headline)}
<ol class="stages" aria-label="Steps of the release">${stagesOf(record).map(stageItem)}</ol>
<div class="columns">${record.build === undefined ? undefined : buildSection(record.build, id)}${record.signature === undefined ? undefined : signatureSection(record.signature, id)}</div>
${places.length === 0 ? undefined : placesSection(places, id)}
${record.gate === undefined ? undefined : gateSection(record.gate, id, reasons)}
${record.rollout === undefined ? undefined : rolloutSection(record.rollout, id, reasons)}
</article>
`;
}

/** The reasons go to the top, since they are what a reader of a release that did not happen came for. */
function why({ sentence, reasons }: Headline): SafeHtml {
  if (reasons.length === 0) return html`<p class="sentence">${sentence}</p>`;
  return html`<section class="why"><h3>Why</h3>${reasonList(reasons)}</section>`;
}

function facts(record: ReleaseRecord): SafeHtml {
  const seconds = totalSeconds(record);
  const { ci, runUrl, commit, repositoryUrl } = record.run;
  const ciName = { github: 'GitHub Actions', gitlab: 'GitLab CI', jenkins: 'Jenkins', terminal: 'a terminal' }[ci];
  return html`<ul class="facts">
<li>${formatTime(record.startedAt)}</li>
${seconds === undefined ? undefined : html`<li>took ${formatSeconds(seconds)}</li>`}
<li>${runUrl === undefined ? `run in ${ciName}` : link(runUrl, `run in ${ciName}`)}</li>
${commit === undefined ? undefined : html`<li>commit <code>${commit.slice(0, 12)}</code></li>`}
${repositoryUrl === undefined ? undefined : html`<li>${link(repositoryUrl, 'source repository')}</li>`}
${record.tags === undefined || record.tags.length === 0 ? undefined : html`<li aria-label="Tags">${tagList(record.tags)}</li>`}
</ul>`;
}

function link(href: string, words: string): SafeHtml {
  return isWebAddress(href)
    ? html`<a href="${address(href)}" rel="noopener noreferrer">${words}</a>`
    : html`${words} (${href})`;
}

function stageItem({ name, result }: Stage): SafeHtml {
  return html`<li class="tone ${result?.tone ?? 'skipped'}">${symbol(result?.tone ?? 'skipped')}<span class="stage-name">${name}</span> <span class="stage-words">${result?.words ?? 'not done'}</span> <span class="muted stage-time">${
    result?.durationSeconds === undefined ? undefined : formatSeconds(result.durationSeconds)
  }</span></li>`;
}

function buildSection({ platforms }: BuildPart, id: string): SafeHtml {
  const { shown, more } = first(platforms, platformLimit);
  const largest = Math.max(1, ...platforms.map(({ sizeBytes }) => sizeBytes));
  return html`<section aria-labelledby="${id}-image"><h3 id="${id}-image">Image</h3>
${
  shown.length === 0
    ? undefined
    : html`<table class="plain stacking"><thead><tr><th scope="col">Platform</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead><tbody>
${shown.map(
  ({
    platform,
    sizeBytes,
    digest,
  }) => html`<tr><th scope="row">${platform}</th><td class="number" data-label="Size"><span>${formatBytes(sizeBytes)}<svg class="meter" width="100%" height="4" aria-hidden="true"><rect class="track" width="100%" height="4" rx="2"/><rect class="bar" width="${percent(sizeBytes / largest)}" height="4" rx="2"/></svg></span></td><td data-label="Digest"><code class="digest">${digest}</code></td></tr>
`,
)}</tbody></table>`
}
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'platform')} more</p>` : undefined}
</section>`;
}

function signatureSection(signature: SignaturePart, id: string): SafeHtml {
  const tone = signature.acceptedByHarbor ? 'good' : 'warning';
  const format = {
    bundle: 'Sigstore bundle (cosign 3)',
    classic: 'classic cosign signature',
    both: 'Sigstore bundle and classic cosign signature',
  }[signature.format];
  return html`<section aria-labelledby="${id}-signature"><h3 id="${id}-signature">Signature</h3>
<p class="verdict small tone ${tone}">${symbol(tone)}${signature.acceptedByHarbor ? 'Accepted by Harbor' : 'Not listed by Harbor'}</p>
<dl>
<dt>Format</dt><dd>${format}</dd>
${signerRow(signature)}
<dt>Signed</dt><dd>${formatCount(signature.signed.length, 'digest')}, in ${formatSeconds(signature.durationSeconds)}</dd>
</dl></section>`;
}

function signerRow({ keyId, certificate }: SignaturePart): SafeHtml {
  if (certificate === undefined) return html`<dt>Key</dt><dd><code class="digest">${keyId}</code></dd>`;
  return html`<dt>Signer</dt><dd>${breakable(certificate.identity)}</dd>
<dt>Vouched for by</dt><dd>${breakable(certificate.issuer)}</dd>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
