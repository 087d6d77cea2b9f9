import{plain}from"./chunk-CUIJWQ6T.mjs";var SafeHtml=class{text;constructor(text){this.text=text}};function html(fixed,...values){return new SafeHtml(fixed.reduce((text,part,index)=>`${text}${toHtml(values[index-1])}${part}`))}function trusted(text){return new SafeHtml(text)}function address(href){return new SafeHtml(escapeHtml(new URL(href).href))}function toHtml(value){return value===void 0?"":value instanceof SafeHtml?value.text:typeof value=="string"?escapeHtml(plain(value)):typeof value=="number"?String(value):value.map(toHtml).join("")}var references={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;","`":"&#96;"};function escapeHtml(text){return text.replaceAll(/[&<>"'`]/g,character=>references[character]??character)}var{createHash}=process.getBuiltinModule("crypto");function page({main,...parts}){return[...pagePieces({...parts,main:[main]})].join("")}function*pagePieces({main,...parts}){yield beginning(parts);for(let piece of main)yield piece.text;yield end(parts)}function beginning({title,kind,style:style2,script}){return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy(style2,script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style2)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
${logo}<h1>Harbor Pilot <span>${kind}</span></h1>
</div></header>
<main id="main" class="wrap">
`.text}function end({footer,script}){return html`
</main>
<footer class="wrap muted">${footer}</footer>
${script===void 0?void 0:html`<script>${trusted(script)}</script>\n`}</body>
</html>
`.text}function contentSecurityPolicy(style2,script){return["default-src 'none'",`style-src ${hashOf(style2)}`,...script===void 0?[]:[`script-src ${hashOf(script)}`],"img-src data:","base-uri 'none'","form-action 'none'"].join("; ")}function hashOf(text){return`'sha256-${createHash("sha256").update(text).digest("base64")}'`}var logo=trusted('<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path d="M13 9h6l2.2 17H10.800z"/><path d="M12.500 13.500h7l.6 4.500h-8.200z" class="stripe"/><path d="M13.500 4.500h5v3.500h-5z"/><path class="beam" d="M12 6 4 3.500v5zM20 6l8-2.500v5z"/><path class="sea" d="M3 28q3.250-2.500 6.500 0t6.500 0 6.500 0 6.500 0"/></svg>');var shapes={good:'<path d="m4.500 8.500 2.500 2.500 4.500-5.500"/>',warning:'<path d="M5 6.500h4a2.250 2.250 0 0 1 0 4.500H7M7 4.500l-2 2 2 2"/>',bad:'<path d="m5 5 6 6M11 5l-6 6"/>',open:'<path d="M8 4.500V8l2.500 1.500"/>',caution:'<path d="M8 4v4.500M8 11.250v.500"/>',skipped:'<path d="M5 8h6"/>'};function symbol(tone){return trusted(`<svg class="symbol" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><circle cx="8" cy="8" r="8"/>${shapes[tone]}</svg>`)}var layoutStyle=`
* { box-sizing: border-box; }
:root { --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.wrap { max-width: 72rem; margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2rem); }
a { color: var(--link); }
a, b, code, span, time { unicode-bidi: isolate; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, .mono { font: .86em/1.5 var(--mono); }
.muted { color: var(--muted); }
.hidden, .script-only.script-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.script-only.script-only { display: none; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--surface); z-index: 2; }
[hidden] { display: none !important; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; width: max-content; max-width: 100%; }

.top { background: var(--top); color: var(--top-text); border-bottom: 3px solid var(--bar); }
.top .wrap { display: flex; align-items: center; gap: .75rem; padding-block: .9rem; }
h1 { font-size: 1.1rem; margin: 0; font-weight: 650; letter-spacing: .01em; }
h1 span { font-weight: 400; opacity: .85; }
.logo { fill: currentColor; flex: none; }
.logo .stripe { fill: #e4572e; } .logo .beam { fill: #ffd166; }
.logo .sea { fill: none; stroke: #4cc3de; stroke-width: 2; stroke-linecap: round; }
main { padding-block: 1.5rem 1rem; }
footer.wrap { padding-block: 0 2rem; font-size: .875rem; }

.overview ol { list-style: none; margin: 0 0 1.5rem; padding: 0; display: grid; gap: .9rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); }
.card { display: flex; flex-direction: column; gap: .2rem; height: 100%; padding: .9rem 1rem; border-radius: 12px;
  background: var(--surface); border: 1px solid var(--line); border-top: 4px solid var(--tone); color: var(--text);
  text-decoration: none; }
.card:hover { border-color: var(--tone); }
.clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden;
  font-size: .9rem; overflow-wrap: anywhere; }
.verdict { display: flex; align-items: center; gap: .5rem; margin: 0; color: var(--tone); font-weight: 650; }
.symbol { flex: none; fill: var(--tone); }
.symbol path { fill: none; stroke: var(--on-mark); stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }

.release { background: var(--surface); border: 1px solid var(--line); border-radius: 16px; margin-bottom: 2rem;
  overflow: hidden; scroll-margin-top: 1rem; }
.release > * { padding-inline: clamp(1rem, 3vw, 2rem); }
.hero { background: var(--soft); border-top: 5px solid var(--tone); padding-block: 1.4rem 1.2rem; }
.hero .verdict { font-size: 1.15rem; }
.hero .verdict .symbol { width: 1.6rem; height: 1.6rem; }
h2 { margin: .3rem 0 .6rem; font-size: clamp(1.35rem, 1rem + 2vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
h3 { margin: 0 0 .8rem; font-size: 1.15rem; }
.copy { display: flex; gap: .6rem; align-items: flex-start; }
.copy code { overflow-wrap: anywhere; user-select: all; padding: .3rem .6rem; border-radius: 8px;
  background: var(--surface); border: 1px solid var(--line); }
button { font: inherit; font-size: .875rem; padding: .25rem .8rem; border-radius: 8px; cursor: pointer;
  color: var(--text); background: var(--surface); border: 1px solid var(--muted); }
button:hover { background: var(--raised); }
.facts li { overflow-wrap: anywhere; min-width: 0; }
.facts { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; margin: .9rem 0 0; padding: 0;
  font-size: .92rem; }
.tag { padding: 0 .6rem; border-radius: 99px; background: var(--surface); border: 1px solid var(--line);
  font-weight: 600; }
.origin { display: block; font-weight: 400; font-size: .86rem; }
.tags { display: flex; flex-wrap: wrap; gap: .35rem; overflow-wrap: anywhere; }
.sentence { margin: 1.2rem 0 0; }
.why { padding-block: 1.1rem .1rem; }
.why h3 { margin-bottom: .4rem; color: var(--tone); }
.reasons { margin: 0 0 1rem; padding-left: 1.2rem; overflow-wrap: anywhere; }
.reasons li { margin-bottom: .25rem; }
.reasons li::marker { color: var(--tone, var(--muted)); }
.why .reasons { margin-bottom: 0; }
.why .reasons li:first-child { font-weight: 600; }

.stages { list-style: none; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); margin: 1.2rem 0 0; }
.stages li { position: relative; display: flex; flex-direction: column; padding-right: .6rem; min-width: 0; }
.stages li + li::before { content: ""; position: absolute; top: 9px; left: calc(-100% + 28px); right: calc(100% + 8px);
  height: 2px; background: var(--line); }
.stages .symbol { margin-bottom: .35rem; }
.stages .skipped .symbol { fill: var(--line); }
.stages .skipped .symbol path { stroke: var(--muted); }
.stage-name { font-weight: 650; }
.stage-words { color: var(--tone); font-size: .92rem; overflow-wrap: anywhere; }
.skipped .stage-words { color: var(--muted); }
.stage-time { font-size: .86rem; }

.release > section, .release > .columns { padding-block: 1.5rem; }
.release > section:not(.why) { border-top: 1px solid var(--line); }
.release > .columns:empty { display: none; }
.columns { display: grid; gap: 1.5rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.columns > * { min-width: 0; }
.release > .columns { border-top: 1px solid var(--line); margin-top: 1.4rem; }
.verdict.small { margin-bottom: .7rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 0 .9rem; }
dt { color: var(--muted); } dd { margin: 0; min-width: 0; }
.digest { overflow-wrap: anywhere; user-select: all; font-size: .8em; }

table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; padding: .45rem .7rem .45rem 0; vertical-align: top; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
thead th { color: var(--muted); font-weight: 600; font-size: .84rem; white-space: nowrap; }
td.mono { overflow-wrap: break-word; }
tbody th { font-weight: 600; }
.plain th, .plain td:has(.meter) { white-space: nowrap; }
.plain td:has(.meter) { min-width: 6rem; }
.plain td:has(.digest) { width: 100%; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.stacking:not(.plain) .number { text-align: right; padding-right: 1.2rem; }
.scroll { max-height: 34rem; overflow: auto; }
.scroll .plain tbody th, .places tbody th { white-space: normal; }
.scroll thead th { position: sticky; top: 0; background: var(--surface); box-shadow: 0 1px var(--line); z-index: 1; }
.stacking tr.refused th:first-child { box-shadow: inset 3px 0 var(--bad); padding-left: .7rem; }
.stacking:not(.plain) th:first-child { padding-left: .7rem; }
.flag { color: var(--bad); font-size: .8rem; font-weight: 650; white-space: nowrap; }
.badge { display: inline-block; padding: 0 .55rem; border-radius: 99px; background: var(--mark); color: var(--on-mark);
  font-size: .82rem; font-weight: 650; text-transform: capitalize;
  white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.filter { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: center; margin: 1rem 0 .5rem;
  padding: .7rem .9rem; background: var(--raised); border: 1px solid var(--line); border-radius: 10px; font-size: .92rem; }
.search { display: flex; align-items: center; gap: .6rem; flex: 1 1 16rem; }
input[type=search] { flex: 1; min-width: 0; font: inherit; color: var(--text); background: var(--surface);
  border: 1px solid var(--muted); border-radius: 8px; padding: .3rem .7rem; }
input[type=search]::placeholder { color: var(--muted); opacity: 1; }
fieldset { display: flex; flex-wrap: wrap; gap: .3rem .8rem; border: 0; margin: 0; padding: 0; }
.choice { display: inline-flex; gap: .35rem; align-items: center; cursor: pointer; }
input[type=checkbox] { accent-color: var(--bar); width: 1.05rem; height: 1.05rem; margin: 0; }
output { color: var(--muted); font-variant-numeric: tabular-nums; margin-left: auto; }

figure { margin: 0; } figcaption { font-size: .86rem; margin-top: .4rem; }
figure.wide { margin: 1rem 0 1.2rem; }
svg text { fill: var(--text); font-size: 14px; font-family: inherit; }
svg .count { font-weight: 650; font-variant-numeric: tabular-nums; }
svg .tick { fill: var(--muted); font-size: 12px; }
.track { fill: var(--track); }
.bar { fill: var(--mark, var(--tone, var(--bar))); }
.release .columns .plain .bar { fill: var(--bar); }
.meter { display: block; margin-top: .3rem; max-width: 9rem; }
.cutoff { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 5 4; }
.axis { stroke: var(--line); }
.span { stroke: var(--bar); stroke-width: 4; stroke-linecap: round; opacity: .55; }
.dot { fill: var(--bar); stroke: var(--surface); stroke-width: 2; }
.dot.last { fill: var(--tone); }
.timeline { list-style: none; margin: 0; padding: 0; font-size: .92rem; }
.timeline li { display: grid; grid-template-columns: 5.5rem minmax(8rem, 14rem) 1fr; gap: .2rem 1rem; padding: .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.timeline time { color: var(--muted); font-variant-numeric: tabular-nums; }

@media (max-width: 44rem) {
  .stages { grid-auto-flow: row; gap: .5rem; }
  .stages li { display: grid; grid-template-columns: 20px 5.2rem 1fr max-content; gap: .6rem; align-items: baseline; }
  .stages .symbol { margin: 0; align-self: center; }
  .stages li + li::before { top: -.6rem; bottom: calc(100% - .25rem); left: 9px; right: auto; width: 2px; height: auto; }
  .stacking thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stacking, .stacking tbody, .stacking tr, .stacking th, .stacking td { display: block; }
  .stacking tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .stacking th, .stacking td { border: 0; padding-block: .1rem; }
  .stacking td { display: grid; grid-template-columns: 6rem 1fr; text-align: left; padding-left: .7rem; }
  .stacking.plain td { padding-left: 0; white-space: normal; }
  .stacking:not(.plain) td.number { text-align: left; }
  .stacking td > * { justify-self: start; }
  .stacking td::before { content: attr(data-label); color: var(--muted); font: 1rem/1.5 system-ui, sans-serif; font-size: .9rem; }
  .timeline li { grid-template-columns: 4.5rem 1fr; }
  .timeline li span:last-child { grid-column: 2; }
  .copy { flex-direction: column; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  body { background: none; font-size: 11pt; }
  .overview, .filter, .copy button, .skip { display: none; }
  .top { background: none; color: var(--text); }
  .release { border: 0; break-after: page; }
  .release:last-of-type { break-after: auto; }
  .scroll { max-height: none; overflow: visible; }
  .scroll thead th { position: static; }
  details:not([open]) > summary { display: none; }
  tr, li, figure, .columns > * { break-inside: avoid; }
  .hero, .badge, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;var colours=`
:root {
  color-scheme: light dark;
  --page: #eef3f7; --surface: #ffffff; --raised: #f5f8fb; --line: #d5e0e9; --text: #10243a; --muted: #4d6277;
  --link: #0a5ea8; --bar: #0f7490; --track: #e3ebf2; --top: #0b2a4a; --top-text: #f2f7fb; --on-mark: #ffffff;
  --good: #0c6b4e; --good-soft: #dff4ea; --warning: #8a4a00; --warning-soft: #fff0d9;
  --bad: #a3143d; --bad-soft: #fde8ee; --open: #3d5670; --open-soft: #e6edf4;
  --critical: #9d1239; --high: #c2410c; --medium: #94620a; --low: #1d67ab; --negligible: #5b6b7d; --unknown: #6a4fa3;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0b1622; --surface: #12212f; --raised: #172a3b; --line: #29404f; --text: #e7eff6; --muted: #a3b6c7;
    --link: #7cc0f7; --bar: #3bb3d0; --track: #1f3547; --top: #081828; --top-text: #e7eff6; --on-mark: #0b1622;
    --good: #5fd6a8; --good-soft: #103529; --warning: #f5b75c; --warning-soft: #3a2a10;
    --bad: #ff8fac; --bad-soft: #40182a; --open: #a9c0d6; --open-soft: #1d3144;
    --critical: #ff7d9f; --high: #ff9a5c; --medium: #f0c04a; --low: #6cb5f5; --negligible: #a5b3c2; --unknown: #bda4f5;
  }
}
@media print { :root { color-scheme: light; } }
.tone.good { --tone: var(--good); --soft: var(--good-soft); }
.tone.warning { --tone: var(--warning); --soft: var(--warning-soft); }
.tone.bad { --tone: var(--bad); --soft: var(--bad-soft); }
.tone.open, .tone.skipped { --tone: var(--open); --soft: var(--open-soft); }
.critical { --mark: var(--critical); } .high { --mark: var(--high); } .medium { --mark: var(--medium); }
.low { --mark: var(--low); } .negligible { --mark: var(--negligible); } .unknown { --mark: var(--unknown); }
`,style=`${colours}${layoutStyle}`;export{html,trusted,address,page,pagePieces,symbol,style};
