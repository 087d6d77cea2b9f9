/** What the page of a gate has besides. */
export const gateStyle = `
h2 { font-size: clamp(1.15rem, .8rem + 2.4vw, 2rem); }
h4 { margin: 1.2rem 0 .4rem; font-size: 1rem; }
.release > .why { padding-bottom: .2rem; }
.why h4 { margin-top: .4rem; color: var(--tone); }
.why .reasons { margin-bottom: .6rem; }
.why .tone .reasons li:first-child { font-weight: inherit; }
td .flag { font-size: inherit; }
.columns > section h3:not(:first-child), .columns h3 { margin-bottom: .6rem; }
.columns > section > div { margin-top: 1.4rem; }
.note { padding: .6rem .9rem .1rem; background: var(--soft); border-left: 3px solid var(--tone); border-radius: 0 8px 8px 0; }
.note h4 { margin: 0 0 .3rem; color: var(--tone); }
.tiles ul { list-style: none; display: grid; gap: .7rem; margin: .8rem 0 0; padding: 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); }
.tiles .card { gap: 0; padding: .6rem .9rem; background: var(--raised); border-top-width: 3px; }
.tiles b { font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .bad b, .tiles .warning b { color: var(--tone); }
.pale { opacity: .42; }
details { font-size: .9rem; font-weight: 400; }
figure + details { margin-top: .6rem; }
section[aria-labelledby] h3, tr[id] { scroll-margin-top: 1rem; }
tr:target { background: var(--raised); }

.new:not(.mark) { list-style: none; margin: 0 0 .6rem; padding: 0; }
.new li { padding: .25rem 0; overflow-wrap: anywhere; }
.new .badge { min-width: 5.6rem; text-align: center; margin-right: .4rem; }
.upgrades th, .upgrades td, .groups th, .groups td, .exceptions th, .exceptions td { white-space: normal; }
.upgrades .mono, .exceptions .mono { overflow-wrap: anywhere; }
.upgrades thead th:nth-child(1) { width: 24%; }
.upgrades thead th:nth-child(4) { width: 28%; }
.groups { margin-bottom: .6rem; }
.by-file tbody th, .by-layer tbody th { font: .8em/1.7 var(--mono); }
.groups thead th::first-letter { text-transform: uppercase; }
.groups thead th:nth-child(1) { width: 38%; }
.groups thead th:nth-child(2) { width: 30%; }
.parts { display: block; margin-block: .4em; border-radius: 3px; background: var(--track); }
.state { padding: 0 .6rem; border-radius: 99px; background: var(--soft); color: var(--tone); font-weight: 650; font-size: .86rem; }
.exceptions thead th:nth-child(3) { width: 34%; }
.exceptions .state, .exceptions tbody th a { white-space: nowrap; }
.exceptions time { white-space: nowrap; }

td .small, th .small { display: block; font-weight: 400; font-size: .86rem; color: var(--muted); overflow-wrap: anywhere; }
.mark { padding: 0 .45rem; border-radius: 99px; border: 1px solid currentColor; font-size: .76rem; white-space: nowrap; }
.mark.new { color: var(--warning); } .mark.exploited { color: var(--bad); }
.outcome { font-weight: 600; } .outcome.refused { color: var(--bad); } .outcome.excepted { color: var(--warning); }
.outcome.allowed { font-weight: 400; }
.sortable { table-layout: fixed; }
.sortable thead th { overflow-wrap: normal; padding-right: .5rem; }
.sortable thead th:nth-child(2) { width: 9.5%; }
.sortable thead .number { width: 8.5%; }
.sortable thead .number ~ th:not(.number) { width: 13.5%; }
.sortable thead .number + th:not(.number) { width: 22%; }
.sortable td.mono { font-size: .8em; line-height: 1.8; }
.sortable thead button { padding: 0; border: 0; background: none; color: inherit; font-weight: inherit; font-size: inherit; }
.sortable thead button:hover { color: var(--text); text-decoration: underline; }
.sortable thead button::after { content: " ↕"; opacity: .6; }
.sortable [aria-sort=ascending] button::after { content: " ↑"; opacity: 1; }
.sortable [aria-sort=descending] button::after { content: " ↓"; opacity: 1; }
.scroll { position: relative; }
.sortable details > div { position: relative; width: min(100vw - 8rem, 58rem); margin-top: .8rem; padding: .2rem .9rem .6rem; border-radius: 8px;
  background: var(--raised); }
.sortable th > a + details > div { margin-top: 2.4rem; }
.sortable details p { margin: .4rem 0; } .sortable details ul { margin: 0; padding-left: 1.1rem; }
.sortable details dl { margin: .4rem 0; gap: .1rem .8rem; } .sortable details dd { overflow-wrap: anywhere; }
.filter fieldset, .choices { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; }
legend { float: left; padding: 0; margin-right: .2rem; color: var(--muted); }
select { font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--muted); border-radius: 8px;
  padding: .25rem .5rem; max-width: 100%; }
.filter .search { flex-basis: 100%; min-width: 0; }
.order { display: none; }
.filterable .skip:focus { position: static; display: inline-block; }
@media screen { .scroll { max-height: min(44rem, 80vh); } }

@media (max-width: 62rem) {
  .sortable, .sortable .badge { font-size: .8rem; } .sortable .badge { padding-inline: .4rem; }
  .sortable thead th { font-size: .76rem; } .sortable thead th:nth-child(2) { width: 13%; }
  .sortable thead button::after { display: none; }
}
@media (max-width: 44rem) {
  .sortable { font-size: .92rem; }
  .sortable details > div { width: auto; }
  .order { display: inline; }
  .stacking thead { visibility: hidden; }
  .tiles ul { grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.5rem), 1fr)); }
  .parts { min-width: 8rem; }
  .release .stacking:not(.sortable) td { grid-template-columns: 5.6rem 1fr; padding-left: 0; }
  .filter output { margin-left: 0; }
}
@media print {
  .tiles, .filter > :not(output) { display: none; }
  .filter { display: block; border: 0; background: none; padding: 0; }
  .sortable, .sortable .badge, .sortable .mark, .sortable .small { font-size: 8pt; }
  .sortable thead button::after { content: none; }
  thead { display: table-header-group; }
  h3, h4 { break-after: avoid; }
}
`;
