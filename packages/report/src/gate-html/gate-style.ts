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
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.2rem), 1fr)); }
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
.upgrades, .groups, .exceptions { table-layout: fixed; }
.upgrades thead th:nth-child(1) { width: 22%; }
.upgrades thead th:nth-child(4) { width: 24%; }
.upgrades thead th:nth-child(5) { width: 14%; }
.groups { margin-bottom: .6rem; }
.by-file tbody th, .by-layer tbody th { font: .8em/1.7 var(--mono); }
.groups thead th::first-letter { text-transform: uppercase; }
.groups thead th:nth-child(1) { width: 34%; }
.groups thead th:nth-child(2) { width: 28%; }
.parts { display: block; margin-block: .4em; border-radius: 3px; background: var(--track); }
.state { padding: 0 .6rem; border-radius: 99px; background: var(--soft); color: var(--tone); font-weight: 650; font-size: .86rem; }
.exceptions thead th:nth-child(2) { width: 10%; }
.exceptions thead th:nth-child(3) { width: 30%; }
.exceptions thead th:nth-child(4) { width: 17%; }
.exceptions thead th:nth-child(5) { width: 10%; }
.exceptions .state, .exceptions tbody th a { white-space: nowrap; }
.exceptions time { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }

td .small, th .small { display: block; font-weight: 400; font-size: .86rem; color: var(--muted); overflow-wrap: anywhere; }
.mark { padding: 0 .45rem; border-radius: 99px; border: 1px solid currentColor; font-size: .76rem; white-space: nowrap; }
.mark.new { color: var(--warning); } .mark.exploited { color: var(--bad); }
.outcome { font-weight: 600; } .outcome.refused { color: var(--bad); } .outcome.excepted { color: var(--warning); }
.outcome.allowed { font-weight: 400; }
.sortable { table-layout: fixed; }
.sortable thead th { overflow-wrap: normal; padding-right: .5rem; }
.sortable thead th:nth-child(2) { width: 11.5%; }
.sortable thead .number { width: 8.5%; }
.sortable thead .number ~ th:not(.number) { width: 13.5%; }
.sortable thead .number + th:not(.number) { width: 22%; }
.sortable td.mono { font-size: .8em; line-height: 1.8; }
.sortable thead button { padding: 0; border: 0; background: none; color: inherit; font-weight: inherit; font-size: inherit; }
.sortable thead button:hover { color: var(--text); text-decoration: underline; }
.sortable thead button::after { content: " ↕"; opacity: .6; }
.sortable [aria-sort=ascending] button::after { content: " ↑"; opacity: 1; }
.sortable [aria-sort=descending] button::after { content: " ↓"; opacity: 1; }
.scroll { position: relative; scroll-padding-top: 3rem; }
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
.filter label { min-width: 0; max-width: 100%; }
.order { display: none; }
.filterable .skip:focus { position: static; display: inline-block; }
@media screen { .scroll { max-height: min(44rem, 80vh); } .scroll.short { max-height: min(30rem, 60vh); } }

@media (max-width: 62rem) {
  .sortable, .sortable .badge { font-size: .8rem; } .sortable .badge { padding-inline: .4rem; }
  .sortable thead th { font-size: .76rem; } .sortable thead th:nth-child(2) { width: 15%; }
  .sortable thead button::after { display: none; }
  .upgrades { font-size: .84rem; }
  .sortable thead .number { width: 7.5%; }
  .exceptions, .exceptions .state { font-size: .8rem; } .exceptions .state { padding-inline: .4rem; }
  .exceptions thead th:nth-child(1) { width: 20%; }
  .exceptions thead th:nth-child(2) { width: 13%; }
  .exceptions thead th:nth-child(3) { width: 23%; }
  .exceptions thead th:nth-child(5) { width: 13%; }
}
@media (max-width: 44rem) {
  .sortable { font-size: .92rem; }
  .sortable details > div { width: auto; }
  .order { display: inline; }
  .stacking thead { visibility: hidden; }
  .parts { min-width: 8rem; }
  .release .stacking:not(.sortable) td { grid-template-columns: 5.6rem 1fr; padding-left: 0; }
  .stacking.exceptions, .stacking.upgrades { font-size: .92rem; }
  .groups tbody tr { display: grid; grid-template-columns: 1fr 1.4fr 1.6fr; }
  .groups th, .release .groups td[data-label=Severities] { display: block; grid-column: 1 / -1; }
  .groups td[data-label=Severities]::before { content: none; }
  .release .groups td.number.number { display: flex; gap: .5rem; }
  .stacking tr.refused { box-shadow: inset 3px 0 var(--bad); }
  .stacking tr.refused th:first-child { box-shadow: none; }
  .filter output { margin-left: 0; }
}
@media (max-width: 26rem) {
  .tiles li:last-child:nth-child(odd) { grid-column: span 2; }
}
@media print {
  .filter > :not(output) { display: none; }
  .upgrades details > summary { display: block; color: inherit; }
  .filter { display: block; border: 0; background: none; padding: 0; }
  .sortable, .sortable .badge, .sortable .mark, .sortable .small { font-size: 8pt; }
  .sortable thead button::after { content: none; }
  thead { display: table-header-group; }
  h3, h4 { break-after: avoid; }
}
`;
