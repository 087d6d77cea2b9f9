import { formatCount } from '@harbor-pilot/core';
import type { RolloutPart, TimelineEntry } from '@harbor-pilot/step-kit';
import { formatSeconds } from './format.ts';
import { rolloutTones } from './headline.ts';
import { html, type SafeHtml } from './html.ts';
import { reasonList } from './html-reasons.ts';
import { symbol } from './html-symbols.ts';
import { first } from './plain.ts';

const laneLimit = 12;
const entryLimit = 300;
const workloadLimit = 200;

/** What a rollout did: workloads, a picture of its time, and all events; without its reasons when those are told already. */
export function rolloutSection(rollout: RolloutPart, id: string, told: readonly string[]): SafeHtml {
  const tone = rolloutTones[rollout.outcome];
  const titles = { complete: 'Complete', undone: 'Failed and undone', failed: 'Failed' };
  const { shown, more } = first(rollout.timeline, entryLimit);
  return html`<section aria-labelledby="${id}-rollout"><h3 id="${id}-rollout">Rollout</h3>
<p class="verdict small tone ${tone}">${symbol(tone)}${titles[rollout.outcome]} in the namespace ${rollout.namespace}, after ${formatSeconds(rollout.durationSeconds)}</p>
${workloadTable(rollout)}
${reasonList(rollout.reasons, told)}
${
  shown.length === 0
    ? undefined
    : html`<figure class="wide">${timeChart(rollout, shown, id)}</figure>
<div class="scroll" role="region" tabindex="0" aria-label="Events of the rollout"><ol class="timeline">
${shown.map(
  (
    entry,
  ) => html`<li><time>+${formatSeconds(entry.atSeconds)}</time><span class="muted">${entry.workload}</span><span>${entry.message}</span></li>
`,
)}</ol></div>`
}
${more > 0 ? html`<p class="muted">${formatCount(more, 'later event')} left out.</p>` : undefined}
</section>`;
}

function workloadTable({ workloads }: RolloutPart): SafeHtml {
  const { shown, more } = first(workloads, workloadLimit);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Table of workloads"><table class="plain"><thead><tr><th scope="col">Workload</th><th scope="col">Revision</th><th scope="col">Ready</th></tr></thead><tbody>
${shown.map(({ kind, name, revisionBefore, revision, readyReplicas, replicas }) => {
  const isReady = readyReplicas >= replicas;
  const share = replicas === 0 ? 100 : Math.min(100, (readyReplicas / replicas) * 100);
  return html`<tr><th scope="row"><span class="muted">${kind}</span> ${name}</th><td>${revisionBefore === undefined ? 'new' : revisionBefore} → ${revision ?? '–'}</td><td class="tone ${isReady ? 'good' : 'bad'}">${readyReplicas} of ${replicas} ready<svg class="meter" width="100%" height="4" aria-hidden="true"><rect class="track" width="100%" height="4" rx="2"/><rect class="bar" width="${share.toFixed(2)}%" height="4" rx="2"/></svg></td></tr>
`;
})}</tbody></table></div>${more > 0 ? html`<p class="muted">and ${formatCount(more, 'workload')} more</p>` : undefined}`;
}

const laneHeight = 46;

/** One lane for each workload, one dot for each event, the place of a dot being its time. */
function timeChart(rollout: RolloutPart, entries: readonly TimelineEntry[], id: string): SafeHtml {
  const names = [...new Set(entries.map(({ workload }) => workload))].slice(0, laneLimit);
  const end = Math.max(rollout.durationSeconds, ...entries.map(({ atSeconds }) => atSeconds), 0.001);
  const axis = names.length * laneHeight + 4;
  return html`<svg class="time tone ${rolloutTones[rollout.outcome]}" width="100%" height="${axis + 22}" role="img" aria-labelledby="${id}-time-title">
<title id="${id}-time-title">Events of the rollout over ${formatSeconds(end)}; the list below tells them one by one</title>
${names.map((name, lane) =>
  laneOf(
    name,
    lane * laneHeight,
    entries.filter(({ workload }) => workload === name),
    end,
  ),
)}<line class="axis" x1="0" x2="100%" y1="${axis}" y2="${axis}"/>
<text class="tick" x="0" y="${axis + 16}">0 s</text><text class="tick" x="50%" y="${axis + 16}" text-anchor="middle">${formatSeconds(end / 2)}</text><text class="tick" x="100%" y="${axis + 16}" text-anchor="end">${formatSeconds(end)}</text>
</svg>`;
}

function laneOf(name: string, y: number, entries: readonly TimelineEntry[], end: number): SafeHtml {
  const place = (seconds: number): string => `${(1 + (seconds / end) * 98).toFixed(2)}%`;
  const seconds = entries.map(({ atSeconds }) => atSeconds);
  const last = entries.at(-1);
  return html`<text x="0" y="${y + 14}">${name}</text><rect class="track" x="0" y="${y + 24}" width="100%" height="10" rx="5"/><line class="span" x1="${place(Math.min(...seconds))}" x2="${place(Math.max(...seconds))}" y1="${y + 29}" y2="${y + 29}"/>
${entries.map((entry) => html`<circle class="${entry === last ? 'dot last' : 'dot'}" cx="${place(entry.atSeconds)}" cy="${y + 29}" r="${entry === last ? 7 : 5}"><title>+${formatSeconds(entry.atSeconds)} ${entry.message}</title></circle>`)}
`;
}
