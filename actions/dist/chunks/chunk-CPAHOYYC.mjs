import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url);const __filename=__fu(import.meta.url);const __dirname=__dn(__filename);
import{formatBytes,formatCount,formatNumber}from"./chunk-UUSZJDPI.mjs";import{createHash}from"node:crypto";function formatSeconds(seconds){if(seconds<1)return`${Number(seconds.toFixed(2))} s`;if(seconds<10)return`${Number(seconds.toFixed(1))} s`;let whole=Math.round(seconds);return whole<60?`${whole} s`:`${Math.floor(whole/60)} min ${whole%60} s`}function parseTime(iso){let milliseconds=/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(iso)?Date.parse(iso):Number.NaN;return Number.isNaN(milliseconds)?void 0:milliseconds}function formatTime(iso){let milliseconds=parseTime(iso);return milliseconds===void 0?iso:`${new Date(milliseconds).toISOString().slice(0,19).replace("T"," ")} UTC`}function plain(text,limit=500){let line=text.slice(0,limit+1).toWellFormed().replaceAll(/\s+/gu," ").replaceAll(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,"\uFFFD").replaceAll("##[","## [").trim();return text.length>limit?`${line.slice(0,limit)}\u2026`:line}function first(entries,limit){return{shown:entries.slice(0,limit),more:Math.max(0,entries.length-limit)}}function headlineOf(record){let{gate,rollout,outcome}=record;if(outcome==="rollout-failed"||rollout!==void 0&&rollout.outcome!=="complete"){let isUndone=rollout?.outcome==="undone",reasons2=rollout?.reasons??[];return{tone:isUndone?"warning":"bad",title:isUndone?"Rollout undone":"Rollout failed",sentence:reasons2[0]??"The workloads did not become ready with this image.",reasons:reasons2}}let reasons=gate?.verdict==="refused"?gate.reasons:[];return outcome==="released"&&reasons.length>0?{tone:"warning",title:"Released though the scan gate refused it",sentence:`${releasedSentence(record)} The policy lets a refused image through.`,reasons}:outcome==="refused"||gate?.verdict==="refused"?{tone:"bad",title:"Refused by the scan gate",sentence:reasons[0]??"A policy refused the image.",reasons}:{...plainHeadline(record),reasons:[]}}function plainHeadline(record){return record.outcome==="released"?{tone:"good",title:"Released",sentence:releasedSentence(record)}:record.outcome==="failed"?{tone:"bad",title:"Failed",sentence:"It ended before it was released; the log of the run says why."}:record.outcome==="interrupted"?{tone:"bad",title:"Interrupted",sentence:"Somebody, or the CI, ended it before it was released."}:{tone:"open",title:"Not finished",sentence:"Later steps add to this record."}}function releasedSentence({tags=[],rollout}){let tagged=tags.length===0?"No tag was moved":`Tagged ${tags.join(", ")}`;return rollout===void 0?`${tagged}.`:`${tagged}; running in ${formatCount(rollout.workloads.length,"workload")} of the namespace ${rollout.namespace}.`}function stagesOf(record){let{build,push,signature,gate,tags,rollout,promotions=[]}=record;return[stage("Build",build,({platforms})=>["good",formatCount(platforms.length,"platform")]),stage("Push",push,({sentBytes,destinations=[]})=>["good",`${formatBytes(sentBytes)} sent${destinations.length>1?` to ${repositories(destinations)}`:""}`]),stage("Sign",signature,({acceptedByHarbor})=>acceptedByHarbor?["good","accepted by Harbor"]:["warning","not listed by Harbor"]),stage("Gate",gate,({verdict})=>[verdict==="passed"?"good":"bad",verdict]),tags===void 0||tags.length===0?{name:"Tag"}:{name:"Tag",result:{tone:"good",words:plain(tags.join(", "),60)}},stage("Roll out",rollout,({outcome})=>[rolloutTones[outcome],outcome]),...promotions.length===0?[]:[promoteStage(promotions)]]}function promoteStage(promotions){let durationSeconds=promotions.reduce((sum,promotion)=>sum+promotion.durationSeconds,0);return{name:"Promote",result:{tone:"good",words:`to ${repositories(promotions)}`,durationSeconds}}}function repositories(list){return formatCount(list.length,"repository","repositories")}var rolloutTones={complete:"good",undone:"warning",failed:"bad"};function stage(name,part,describe){if(part===void 0)return{name};let[tone,words]=describe(part);return{name,result:{tone,words,durationSeconds:part.durationSeconds}}}function totalSeconds({startedAt,finishedAt}){let start=parseTime(startedAt),end=parseTime(finishedAt??"");return start===void 0||end===void 0||end<start?void 0:(end-start)/1e3}function policyOf({severityCutoff,onlyFixed}){return severityCutoff==="none"?"refuses nothing, only reports":`refuses ${severityCutoff==="critical"?"critical":`${severityCutoff} or worse`}${onlyFixed?", only what has a fix":""}`}var knownSeverities=["Critical","High","Medium","Low","Negligible","Unknown"];function countsOf(gate){let others=Object.keys(gate.counts).filter(severity=>!knownSeverities.includes(severity));return[...knownSeverities,...others.slice(0,4)].map(severity=>[severity,gate.counts[severity]??0])}var SafeHtml=class{text;constructor(text){this.text=text}};function html(fixed,...values){return new SafeHtml(fixed.reduce((text,part,index)=>`${text}${toHtml(values[index-1])}${part}`))}function trusted(text){return new SafeHtml(text)}function address(href){return new SafeHtml(escapeHtml(new URL(href).href))}function toHtml(value){return value===void 0?"":value instanceof SafeHtml?value.text:typeof value=="string"?escapeHtml(plain(value)):typeof value=="number"?String(value):value.map(toHtml).join("")}var references={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;","`":"&#96;"};function escapeHtml(text){return text.replaceAll(/[&<>"'`]/g,character=>references[character]??character)}var reasonLimit=50;function reasonList(reasons,told=[]){if(reasons.length===0||reasons===told)return;let{shown,more}=first(reasons,reasonLimit);return html`<ul class="reasons">${shown.map(reason=>html`<li>${reason}</li>`)}${more>0?html`<li class="muted">and ${more} more</li>`:void 0}</ul>`}var shapes={good:'<path d="m4.500 8.500 2.500 2.500 4.500-5.500"/>',warning:'<path d="M5 6.500h4a2.250 2.250 0 0 1 0 4.500H7M7 4.500l-2 2 2 2"/>',bad:'<path d="m5 5 6 6M11 5l-6 6"/>',open:'<path d="M8 4.500V8l2.500 1.500"/>',skipped:'<path d="M5 8h6"/>'};function symbol(tone){return trusted(`<svg class="symbol" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><circle cx="8" cy="8" r="8"/>${shapes[tone]}</svg>`)}function isWebAddress(address2){return URL.canParse(address2)&&["https:","http:"].includes(new URL(address2).protocol)&&address2.length<=2e3}function advisoryAddress(id){return/^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})$/.test(id)?`https://osv.dev/vulnerability/${id}`:void 0}var rowLimit=1e3;function gateSection(gate,id,told){let tone=gate.verdict==="passed"?"good":"bad";return html`<section aria-labelledby="${id}-gate"><h3 id="${id}-gate">Vulnerabilities</h3>
<div class="columns">
<figure>${chart(gate,id)}<figcaption class="muted">${caption(gate)}</figcaption></figure>
<div class="tone ${tone}">
<p class="verdict small">${symbol(tone)}The gate ${gate.verdict==="passed"?"passed the image":"refused the image"}</p>
<dl>
<dt>Policy</dt><dd>${policyOf(gate)}</dd>
${gate.scanner===void 0?void 0:html`<dt>Scanner</dt><dd>${gate.scanner}</dd>`}
</dl>
${reasonList(gate.reasons,told)}
</div>
</div>
${gate.vulnerabilities.length===0?void 0:vulnerabilityTable(gate,id)}
</section>`}var severityClasses=["critical","high","medium","low","negligible","unknown"];function severityClass(severity){return severityClasses.find(name=>name===severity.toLowerCase())??"unknown"}var rowHeight=32;function chart(gate,id){let counts=countsOf(gate),most=Math.max(1,...counts.map(([,count])=>count)),words=counts.map(([severity,count])=>`${formatNumber(count)} ${severity.toLowerCase()}`).join(", "),cutoff=cutoffLine(gate);return html`<svg class="chart" width="100%" height="${counts.length*rowHeight}" role="img" aria-labelledby="${id}-chart-title ${id}-chart-text">
<title id="${id}-chart-title">Vulnerabilities by severity</title><desc id="${id}-chart-text">${words}</desc>
${counts.map(([severity,count],row2)=>{let y=row2*rowHeight,width=count===0?0:Math.max(1,count/most*60);return html`<text x="0" y="${y+21}">${severity}</text><rect class="track" x="26%" y="${y+8}" width="60%" height="16" rx="4"/>${count===0?void 0:html`<rect class="bar ${severityClass(severity)}" x="26%" y="${y+8}" width="${width.toFixed(2)}%" height="16" rx="4"/>`}<text class="count" x="100%" y="${y+21}" text-anchor="end">${formatNumber(count)}</text>
`})}${cutoff===void 0?void 0:html`<line class="cutoff" x1="0" x2="100%" y1="${cutoff}" y2="${cutoff}"/>`}</svg>`}function cutoffLine(gate){let place=severityClasses.indexOf(gate.severityCutoff);return place<0?void 0:(place+1)*rowHeight}function caption(gate){let total=Object.values(gate.counts).reduce((sum,count)=>sum+count,0),found=`${formatCount(total,"vulnerability","vulnerabilities")} in all.`;return cutoffLine(gate)===void 0?found:`${found} The dashed line is the cutoff of the policy.`}function vulnerabilityTable(gate,id){let{shown,more}=first(gate.vulnerabilities,rowLimit),left=more+gate.truncated,present=new Set(shown.map(({severity})=>severityClass(severity))),severities=severityClasses.filter(name=>present.has(name));return html`<div class="filterable">
<div class="filter script-only" role="search" aria-label="Filter the vulnerabilities">
<label class="search">Filter <input type="search" placeholder="CVE, package, version, platform" autocomplete="off" spellcheck="false" aria-controls="${id}-vulnerabilities"></label>
<fieldset><legend class="hidden">Severity</legend>
${severities.map(severity=>html`<label class="choice"><input type="checkbox" value="${severity}" checked> <span class="badge ${severity}">${severity}</span></label>`)}
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
${left>0?html`<p class="muted">${formatCount(left,"vulnerability","vulnerabilities")} more, none worse, ${left===1?"is":"are"} not listed here; the counts and the verdict include them.</p>`:void 0}
</div>`}function row(entry){let severity=severityClass(entry.severity),advisory=advisoryAddress(entry.id);return html`<tr data-severity="${severity}"${entry.refused?html` class="refused" data-refused="true"`:void 0}><th scope="row">${advisory===void 0?entry.id:html`<a href="${advisory}" rel="noopener noreferrer">${entry.id}</a>`}${entry.refused?html` <span class="flag">refused</span>`:void 0}</th><td data-label="Severity"><span class="badge ${severity}">${entry.severity}</span></td><td data-label="CVSS" class="number">${entry.cvssScore===void 0?"\u2013":entry.cvssScore.toFixed(1)}</td><td data-label="Package">${entry.package}</td><td data-label="Version" class="mono">${entry.version}</td><td data-label="Fixed in" class="mono">${entry.fixVersion??"\u2013"}</td><td data-label="Platforms">${entry.platforms.join(", ")}</td></tr>
`}var placeLimit=50,tagLimit=20;function placesSection(places,id){let{shown,more}=first(places,placeLimit);return html`<section aria-labelledby="${id}-places"><h3 id="${id}-places">Where it is</h3>
<table class="plain stacking places"><thead><tr><th scope="col">Repository</th><th scope="col">Tags</th><th scope="col">Sent</th><th scope="col">Blobs</th></tr></thead><tbody>
${shown.map(({image,tags,origin,sent,blobs})=>html`<tr><th scope="row">${breakable(image)} <span class="origin muted">${origin}</span></th><td data-label="Tags">${tagList(tags)}</td><td class="number" data-label="Sent">${sent}</td><td data-label="Blobs">${blobs}</td></tr>
`)}</tbody></table>
${more>0?html`<p class="muted">and ${formatCount(more,"repository","repositories")} more</p>`:void 0}
${places.length>1?html`<p class="muted">The digest is the same everywhere.</p>`:void 0}
</section>`}function tagList(tags){let{shown,more}=first(tags,tagLimit);return html`<span class="tags">${shown.map(tag=>html`<span class="tag">${tag}</span>`)}${more>0?html`<span class="muted">and ${more} more</span>`:void 0}</span>`}function breakable(image){return image.split(/(?<=\/)/).map(part=>html`${part}<wbr>`)}var laneLimit=12,entryLimit=300,workloadLimit=200;function rolloutSection(rollout,id,told){let tone=rolloutTones[rollout.outcome],titles={complete:"Complete",undone:"Failed and undone",failed:"Failed"},{shown,more}=first(rollout.timeline,entryLimit);return html`<section aria-labelledby="${id}-rollout"><h3 id="${id}-rollout">Rollout</h3>
<p class="verdict small tone ${tone}">${symbol(tone)}${titles[rollout.outcome]} in the namespace ${rollout.namespace}, after ${formatSeconds(rollout.durationSeconds)}</p>
${workloadTable(rollout)}
${reasonList(rollout.reasons,told)}
${shown.length===0?void 0:html`<figure class="wide">${timeChart(rollout,shown,id)}</figure>
<div class="scroll" role="region" tabindex="0" aria-label="Events of the rollout"><ol class="timeline">
${shown.map(entry=>html`<li><time>+${formatSeconds(entry.atSeconds)}</time><span class="muted">${entry.workload}</span><span>${entry.message}</span></li>
`)}</ol></div>`}
${more>0?html`<p class="muted">${formatCount(more,"later event")} left out.</p>`:void 0}
</section>`}function workloadTable({workloads}){let{shown,more}=first(workloads,workloadLimit);return html`<div class="scroll" role="region" tabindex="0" aria-label="Table of workloads"><table class="plain"><thead><tr><th scope="col">Workload</th><th scope="col">Revision</th><th scope="col">Ready</th></tr></thead><tbody>
${shown.map(({kind,name,revisionBefore,revision,readyReplicas,replicas})=>{let isReady=readyReplicas>=replicas,share=replicas===0?100:Math.min(100,readyReplicas/replicas*100);return html`<tr><th scope="row"><span class="muted">${kind}</span> ${name}</th><td>${revisionBefore===void 0?"new":revisionBefore} → ${revision??"\u2013"}</td><td class="tone ${isReady?"good":"bad"}">${readyReplicas} of ${replicas} ready<svg class="meter" width="100%" height="4" aria-hidden="true"><rect class="track" width="100%" height="4" rx="2"/><rect class="bar" width="${share.toFixed(2)}%" height="4" rx="2"/></svg></td></tr>
`})}</tbody></table></div>${more>0?html`<p class="muted">and ${formatCount(more,"workload")} more</p>`:void 0}`}var laneHeight=46;function timeChart(rollout,entries,id){let names=[...new Set(entries.map(({workload})=>workload))].slice(0,laneLimit),end=Math.max(rollout.durationSeconds,...entries.map(({atSeconds})=>atSeconds),.001),axis=names.length*laneHeight+4;return html`<svg class="time tone ${rolloutTones[rollout.outcome]}" width="100%" height="${axis+22}" role="img" aria-labelledby="${id}-time-title">
<title id="${id}-time-title">Events of the rollout over ${formatSeconds(end)}; the list below tells them one by one</title>
${names.map((name,lane)=>laneOf(name,lane*laneHeight,entries.filter(({workload})=>workload===name),end))}<line class="axis" x1="0" x2="100%" y1="${axis}" y2="${axis}"/>
<text class="tick" x="0" y="${axis+16}">0 s</text><text class="tick" x="50%" y="${axis+16}" text-anchor="middle">${formatSeconds(end/2)}</text><text class="tick" x="100%" y="${axis+16}" text-anchor="end">${formatSeconds(end)}</text>
</svg>`}function laneOf(name,y,entries,end){let place=seconds2=>`${(1+seconds2/end*98).toFixed(2)}%`,seconds=entries.map(({atSeconds})=>atSeconds),last=entries.at(-1);return html`<text x="0" y="${y+14}">${name}</text><rect class="track" x="0" y="${y+24}" width="100%" height="10" rx="5"/><line class="span" x1="${place(Math.min(...seconds))}" x2="${place(Math.max(...seconds))}" y1="${y+29}" y2="${y+29}"/>
${entries.map(entry=>html`<circle class="${entry===last?"dot last":"dot"}" cx="${place(entry.atSeconds)}" cy="${y+29}" r="${entry===last?7:5}"><title>+${formatSeconds(entry.atSeconds)} ${entry.message}</title></circle>`)}
`}function placesOf(record){let{push,promotions=[]}=record;return[...(push===void 0?[]:pushesOf(push,record.image)).map(destination=>pushedPlace(destination,record)),...promotions.map(promotedPlace)]}function pushesOf(push,image){return push.destinations??[{...push,image,tags:[push.quarantineTag]}]}function pushedPlace({image,tags,...moved},record){let held=image===record.image&&record.tags!==void 0&&record.tags.length>0?record.tags:tags,isInQuarantine=record.push!==void 0&&held.includes(record.push.quarantineTag);return{image,tags:held,origin:isInQuarantine?"pushed, in quarantine":"pushed",...wordsOf(moved)}}function promotedPlace({image,tags,from,verified,referrers,...moved}){let signature=verified?"signature verified":"signature not verified",origin=`promoted with ${formatCount(referrers,"referrer")}, ${signature}, from ${from}`;return{image,tags,origin,...wordsOf(moved)}}function wordsOf({pushedBlobs,presentBlobs,mountedBlobs=0,retriedBlobs=0,sentBytes,durationSeconds}){let blobs=[[pushedBlobs,"pushed"],[mountedBlobs,"mounted"],[presentBlobs,"there already"],[retriedBlobs,"after a broken try"]].filter(([count])=>count>0).map(([count,words])=>`${formatNumber(count)} ${words}`),rate=durationSeconds>0?`, ${formatBytes(sentBytes/durationSeconds)}/s`:"";return{sent:sentBytes===0?"nothing":`${formatBytes(sentBytes)} in ${formatSeconds(durationSeconds)}${rate}`,blobs:blobs.length===0?"all there already":blobs.join(", ")}}var platformLimit=50;function release(record,id){let headline=headlineOf(record),{tone,title,reasons}=headline,reference2=`${record.image}@${record.digest}`,places=placesOf(record);return html`<article class="release tone ${tone}" id="${id}" aria-labelledby="${id}-title">
<header class="hero">
<p class="verdict">${symbol(tone)}${title}</p>
<h2 id="${id}-title">${breakable(record.image)}</h2>
<div class="copy"><code id="${id}-reference">${reference2}</code><button type="button" class="script-only" data-copy="${id}-reference" aria-label="Copy the reference with its digest">Copy</button></div>
${facts(record)}
</header>
${why(headline)}
<ol class="stages" aria-label="Steps of the release">${stagesOf(record).map(stageItem)}</ol>
<div class="columns">${record.build===void 0?void 0:buildSection(record.build,id)}${record.signature===void 0?void 0:signatureSection(record.signature,id)}</div>
${places.length===0?void 0:placesSection(places,id)}
${record.gate===void 0?void 0:gateSection(record.gate,id,reasons)}
${record.rollout===void 0?void 0:rolloutSection(record.rollout,id,reasons)}
</article>
`}function why({sentence,reasons}){return reasons.length===0?html`<p class="sentence">${sentence}</p>`:html`<section class="why"><h3>Why</h3>${reasonList(reasons)}</section>`}function facts(record){let seconds=totalSeconds(record),{ci,runUrl,commit,repositoryUrl}=record.run,ciName={github:"GitHub Actions",gitlab:"GitLab CI",jenkins:"Jenkins",terminal:"a terminal"}[ci];return html`<ul class="facts">
<li>${formatTime(record.startedAt)}</li>
${seconds===void 0?void 0:html`<li>took ${formatSeconds(seconds)}</li>`}
<li>${runUrl===void 0?`run in ${ciName}`:link(runUrl,`run in ${ciName}`)}</li>
${commit===void 0?void 0:html`<li>commit <code>${commit.slice(0,12)}</code></li>`}
${repositoryUrl===void 0?void 0:html`<li>${link(repositoryUrl,"source repository")}</li>`}
${record.tags===void 0||record.tags.length===0?void 0:html`<li aria-label="Tags">${tagList(record.tags)}</li>`}
</ul>`}function link(href,words){return isWebAddress(href)?html`<a href="${address(href)}" rel="noopener noreferrer">${words}</a>`:html`${words} (${href})`}function stageItem({name,result}){return html`<li class="tone ${result?.tone??"skipped"}">${symbol(result?.tone??"skipped")}<span class="stage-name">${name}</span> <span class="stage-words">${result?.words??"not done"}</span> <span class="muted stage-time">${result?.durationSeconds===void 0?void 0:formatSeconds(result.durationSeconds)}</span></li>`}function buildSection({platforms},id){let{shown,more}=first(platforms,platformLimit),largest=Math.max(1,...platforms.map(({sizeBytes})=>sizeBytes));return html`<section aria-labelledby="${id}-image"><h3 id="${id}-image">Image</h3>
${shown.length===0?void 0:html`<table class="plain stacking"><thead><tr><th scope="col">Platform</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead><tbody>
${shown.map(({platform,sizeBytes,digest})=>html`<tr><th scope="row">${platform}</th><td class="number" data-label="Size"><span>${formatBytes(sizeBytes)}<svg class="meter" width="100%" height="4" aria-hidden="true"><rect class="track" width="100%" height="4" rx="2"/><rect class="bar" width="${percent(sizeBytes/largest)}" height="4" rx="2"/></svg></span></td><td data-label="Digest"><code class="digest">${digest}</code></td></tr>
`)}</tbody></table>`}
${more>0?html`<p class="muted">and ${formatCount(more,"platform")} more</p>`:void 0}
</section>`}function signatureSection(signature,id){let tone=signature.acceptedByHarbor?"good":"warning",format={bundle:"Sigstore bundle (cosign 3)",classic:"classic cosign signature"}[signature.format];return html`<section aria-labelledby="${id}-signature"><h3 id="${id}-signature">Signature</h3>
<p class="verdict small tone ${tone}">${symbol(tone)}${signature.acceptedByHarbor?"Accepted by Harbor":"Not listed by Harbor"}</p>
<dl>
<dt>Format</dt><dd>${format}</dd>
<dt>Key</dt><dd><code class="digest">${signature.keyId}</code></dd>
<dt>Signed</dt><dd>${formatCount(signature.signed.length,"digest")}, in ${formatSeconds(signature.durationSeconds)}</dd>
</dl></section>`}function percent(share){return`${(share*100).toFixed(2)}%`}var script=`
for (const element of document.querySelectorAll('.script-only')) element.classList.remove('script-only');

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}

for (const area of document.querySelectorAll('.filterable')) {
  const rows = [...area.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const search = area.querySelector('input[type=search]');
  const choices = [...area.querySelectorAll('fieldset input')];
  const onlyRefused = area.querySelector('.only-refused');
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = new Set(choices.filter((choice) => choice.checked).map((choice) => choice.value));
    let shown = 0;
    for (const { row, text } of rows) {
      const isShown = wanted.has(row.dataset.severity)
        && (!onlyRefused.checked || row.dataset.refused === 'true')
        && words.every((word) => text.includes(word));
      row.hidden = !isShown;
      if (isShown) shown += 1;
    }
    area.querySelector('output').textContent = shown + ' of ' + rows.length + ' shown';
  };
  area.addEventListener('input', apply);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; apply(); }
  });
  apply();
}
`;var layoutStyle=`
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.wrap { max-width: 72rem; margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2rem); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, .mono { font: .86em/1.5 ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.muted { color: var(--muted); }
.hidden, .script-only.script-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.script-only.script-only { display: none; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--surface); z-index: 2; }
[hidden] { display: none !important; }

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
  .release { border: 0; break-after: page; }
  .release:last-of-type { break-after: auto; }
  .scroll { max-height: none; overflow: visible; }
  .scroll thead th { position: static; }
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
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0b1622; --surface: #12212f; --raised: #172a3b; --line: #29404f; --text: #e7eff6; --muted: #a3b6c7;
    --link: #7cc0f7; --bar: #3bb3d0; --track: #1f3547; --top: #081828; --top-text: #e7eff6; --on-mark: #0b1622;
    --good: #5fd6a8; --good-soft: #103529; --warning: #f5b75c; --warning-soft: #3a2a10;
    --bad: #ff8fac; --bad-soft: #40182a; --open: #a9c0d6; --open-soft: #1d3144;
    --critical: #ff7d9f; --high: #ff9a5c; --medium: #f0c04a; --low: #6cb5f5; --negligible: #a5b3c2; --unknown: #bda4f5;
  }
}
.tone.good { --tone: var(--good); --soft: var(--good-soft); }
.tone.warning { --tone: var(--warning); --soft: var(--warning-soft); }
.tone.bad { --tone: var(--bad); --soft: var(--bad-soft); }
.tone.open, .tone.skipped { --tone: var(--open); --soft: var(--open-soft); }
.critical { --mark: var(--critical); } .high { --mark: var(--high); } .medium { --mark: var(--medium); }
.low { --mark: var(--low); } .negligible { --mark: var(--negligible); } .unknown { --mark: var(--unknown); }
`,style=`${colours}${layoutStyle}`;function renderHtml(records){let list=isList(records)?records:[records];return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${titleOf(list)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
${logo}<h1>Harbor Pilot <span>release report</span></h1>
</div></header>
<main id="main" class="wrap">
${list.length>1?overview(list):void 0}
${list.length===0?html`<p class="muted">There is no release to tell about.</p>`:void 0}
${list.map((record,index)=>release(record,idOf(index)))}
</main>
<footer class="wrap muted">Written by Harbor Pilot from ${formatCount(list.length,"release record")}. This page makes no network requests.</footer>
<script>${trusted(script)}</script>
</body>
</html>
`.text}function isList(records){return Array.isArray(records)}function hashOf(text){return`'sha256-${createHash("sha256").update(text).digest("base64")}'`}var contentSecurityPolicy=["default-src 'none'",`style-src ${hashOf(style)}`,`script-src ${hashOf(script)}`,"img-src data:","base-uri 'none'","form-action 'none'"].join("; ");function titleOf(list){let[only]=list;return list.length===1&&only!==void 0?`${headlineOf(only).title}: ${only.image} \xB7 Harbor Pilot`:`${formatCount(list.length,"release")} \xB7 Harbor Pilot`}function idOf(index){return`release-${index+1}`}function overview(list){return html`<nav class="overview" aria-label="Releases"><ol>
${list.map((record,index)=>{let{tone,title,sentence}=headlineOf(record);return html`<li><a class="card tone ${tone}" href="#${idOf(index)}">
<span class="verdict">${symbol(tone)}${title}</span>
<span class="mono">${record.digest.slice(0,19)}…</span>
<span class="muted clamp">${sentence}</span>
</a></li>
`})}</ol></nav>`}var logo=trusted('<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path d="M13 9h6l2.2 17H10.800z"/><path d="M12.500 13.500h7l.6 4.500h-8.200z" class="stripe"/><path d="M13.500 4.500h5v3.500h-5z"/><path class="beam" d="M12 6 4 3.500v5zM20 6l8-2.500v5z"/><path class="sea" d="M3 28q3.250-2.500 6.500 0t6.500 0 6.500 0 6.500 0"/></svg>');function markdownText(text){return plain(text,200).replaceAll(/[^\p{L}\p{N} .,:;()'%/=-]/gu,reference).replaceAll(/:(?=\/\/)|(?<=www)\.|(?<=^\d{1,9})\.|^[=-]/giu,reference)}function markdownCode(text){return`<code>${markdownText(text)}</code>`}function reference(character){return`&#${character.codePointAt(0)};`}var symbols={good:"\u2705",warning:"\u26A0\uFE0F",bad:"\u274C",open:"\u23F3"},vulnerabilityLimit=50,listLimit=30;function renderMarkdown(record){let{tone,title,sentence}=headlineOf(record);return`${[`## ${symbols[tone]} ${title}: ${markdownText(record.image)}`,markdownText(sentence),markdownCode(`${record.image}@${record.digest}`),stageTable(stagesOf(record)),...platformBlock(record),...placeBlocks(record),...signatureBlock(record),...record.gate===void 0?[]:gateBlocks(record.gate),...record.rollout===void 0?[]:rolloutBlocks(record.rollout),footer(record)].filter(block=>block!=="").join(`

`)}
`}function table(head,rows){let row2=cells=>`| ${cells.join(" | ")} |`;return[row2(head),row2(head.map(()=>"---")),...rows.map(row2)].join(`
`)}function details(summary,body){return`<details><summary>${summary}</summary>

${body}

</details>`}function bullets(entries){let{shown,more}=first(entries,listLimit);return[...shown.map(entry=>`- ${markdownText(entry)}`),...more>0?[`- and ${more} more`]:[]].join(`
`)}function stageTable(stages){return table(stages.map(({name})=>name),[stages.map(({result})=>result===void 0?"\u2013":`${symbols[result.tone]} ${markdownText(result.words)}`),stages.map(({result})=>result?.durationSeconds===void 0?"":formatSeconds(result.durationSeconds))])}function platformBlock({build}){return build===void 0||build.platforms.length===0?[]:[table(["Platform","Size","Digest"],build.platforms.slice(0,listLimit).map(({platform,sizeBytes,digest})=>[markdownText(platform),formatBytes(sizeBytes),markdownCode(digest)]))]}function placeBlocks(record){let{shown,more}=first(placesOf(record),listLimit);if(shown.length===0)return[];let rows=shown.map(({image,tags,origin,sent,blobs})=>[...[image,tags.join(", "),origin].map(markdownText),sent,blobs]);return["### Where it is",table(["Repository","Tags","How it got there","Sent","Blobs"],rows),more>0?`and ${formatCount(more,"repository","repositories")} more`:""]}function signatureBlock({signature}){if(signature===void 0)return[];let accepted=signature.acceptedByHarbor?"accepted by Harbor":"not listed by Harbor";return[`**Signature**: ${signature.format}, ${accepted}, ${formatCount(signature.signed.length,"digest")} signed with the key ${markdownCode(signature.keyId)}`]}function gateBlocks(gate){let counts=countsOf(gate),scanner=gate.scanner===void 0?"":` by ${markdownText(gate.scanner)}`;return[`### Scan gate: ${gate.verdict}`,`The policy ${markdownText(policyOf(gate))}. Scanned${scanner}.`,bullets(gate.reasons),table(counts.map(([severity])=>markdownText(severity)),[counts.map(([,count])=>String(count))]),vulnerabilityBlock(gate)]}function vulnerabilityBlock({vulnerabilities,truncated}){if(vulnerabilities.length===0)return"";let{shown,more}=first(vulnerabilities,vulnerabilityLimit),rows=shown.map(entry=>[`${entry.refused?"\u274C ":""}${markdownText(entry.id)}`,markdownText(entry.severity),entry.cvssScore===void 0?"":String(entry.cvssScore),markdownText(entry.package),markdownText(entry.version),entry.fixVersion===void 0?"\u2013":markdownText(entry.fixVersion),markdownText(entry.platforms.join(", "))]),left=more+truncated;return details(`${formatCount(vulnerabilities.length+truncated,"vulnerability","vulnerabilities")}${left>0?`, the ${shown.length} worst shown`:""}`,table(["Vulnerability","Severity","CVSS","Package","Version","Fixed in","Platforms"],rows))}function rolloutBlocks(rollout){let{shown,more}=first(rollout.timeline,listLimit),happened=shown.map(({atSeconds,workload,message})=>[`+${formatSeconds(atSeconds)}`,markdownText(workload),markdownText(message)]);return[`### Rollout: ${rollout.outcome}`,bullets(rollout.reasons),table(["Workload","Revision","Ready"],rollout.workloads.slice(0,listLimit).map(({kind,name,revisionBefore,revision,readyReplicas,replicas})=>[markdownText(`${kind}/${name}`),`${revisionBefore??"\u2013"} \u2192 ${revision??"\u2013"}`,`${readyReplicas} of ${replicas}`])),happened.length===0?"":details(`Timeline${more>0?`, ${more} later events left out`:""}`,table(["After","Workload","What happened"],happened))]}function footer(record){let seconds=totalSeconds(record),{runUrl}=record.run;return[...seconds===void 0?[]:[`took ${formatSeconds(seconds)}`],...runUrl!==void 0&&isWebAddress(runUrl)?[`<a href="${attribute(runUrl)}">run</a>`]:[]].join(" \xB7 ")}function attribute(address2){return new URL(address2).href.replaceAll(/[&"'<>`|*_[\]\\~]/g,character=>`&#${character.charCodeAt(0)};`)}export{renderHtml,renderMarkdown};
