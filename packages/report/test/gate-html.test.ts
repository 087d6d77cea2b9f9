import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { renderGateHtml } from '../src/index.ts';
import { cleanReport, gateReport, hostileReport, largeReport } from './gate-samples.ts';
import { hostileTexts } from './hostile.ts';
import { tagsOf } from './tags.ts';

function pageOf(report: Parameters<typeof renderGateHtml>[0]): string {
  return [...renderGateHtml(report)].join('');
}

/** The text between the heading of a section and its end. */
function sectionOf(page: string, id: string): string {
  return new RegExp(`aria-labelledby="${id}">.*?</section>`, 's').exec(page)?.[0] ?? '';
}

describe('the page of a gate', () => {
  const page = pageOf(gateReport);

  it('begins with the verdict, on what, and why', () => {
    expect(page).toContain(`<title>Refused by the scan gate: ${gateReport.image} · Harbor Pilot</title>`);
    expect(page).toContain(`${gateReport.image}@${gateReport.digest}`);
    expect(page).toContain('Trivy v0.68.2, scanned on 2026-11-22, with data of 2026-11-22');
    const why = page.indexOf('<h3>Why it was refused</h3>');
    expect(why).toBeGreaterThan(page.indexOf('Refused by the scan gate</p>'));
    expect(why).toBeLessThan(page.indexOf('id="severities"'));
    expect(page).toContain(
      '<li>10 vulnerabilities are of high severity or worse and have a fix; the policy allows none.</li>',
    );
  });

  it('tells that the build goes on, and that an image passed', () => {
    expect(pageOf({ ...gateReport, failBuild: false })).toContain(
      'Refused by the scan gate, but the build goes on</p>',
    );
    expect(pageOf(cleanReport)).toContain('Passed the scan gate</p>');
    expect(pageOf(cleanReport)).toContain('None were found.');
    tagsOf(pageOf(cleanReport));
  });

  it('draws the severities, and tells them in words and as a table', () => {
    expect(page).toContain(
      '4 critical (4 refused), 10 high (6 refused), 10 medium, 6 low, 2 negligible, 2 unknown</desc>',
    );
    expect(sectionOf(page, 'severities')).toMatch(/<th scope="row">High<\/th>(<td class="number">\d+<\/td>){4}/);
    expect(page).toContain('34 vulnerabilities: 10 refused, 2 excepted, 22 allowed.');
  });

  it('has a row for each vulnerability, the refused ones first, with what the filter needs', () => {
    const rows = sectionOf(page, 'vulnerabilities').match(/<tr data-.*?<\/tr>/gs) ?? [];
    expect(rows).toHaveLength(34);
    expect(rows.slice(0, 10).every((row) => row.includes('data-outcome="refused"'))).toBe(true);
    expect(rows.slice(10).some((row) => row.includes('data-outcome="refused"'))).toBe(false);
    expect(rows[2]).toContain(
      'data-severity="critical" data-outcome="refused" data-is="fixable exploited" data-platform="0 1"',
    );
    expect(page).toContain('<span class="small">counts as High</span>');
    expect(page).toContain('only on linux/arm64');
    expect(page).toContain('href="https://advisories.example/CVE-2026-10001" rel="noopener noreferrer">');
  });

  it('counts the platforms of an index of many, and names them with the other facts', () => {
    const platforms = Array.from({ length: 20 }, (_, number) => `linux/arch${number}`);
    const vulnerabilities = gateReport.vulnerabilities.map((found) => ({ ...found, platforms: platforms.slice(1) }));
    const many = pageOf({ ...gateReport, platforms, vulnerabilities });
    expect(many).toContain('<li>linux/arch0, linux/arch1, linux/arch2, ');
    expect(many).toContain('linux/arch7 and 12 more</li>');
    expect(many).toContain('<span class="small">only on 19 of 20 platforms</span>');
    expect(many).toMatch(/<dt>Platforms<\/dt><dd>linux\/arch1, .*linux\/arch19<\/dd>/);
  });

  it('tells upgrades, what is new, where the vulnerabilities are, exceptions, and what Harbor makes of it', () => {
    expect(sectionOf(page, 'upgrades')).toMatch(
      /openssl.*from the base image.*3\.0\.15-1~deb12u1.*6 vulnerabilities.*>4</s,
    );
    expect(sectionOf(page, 'new')).toContain('3 came and 7 are gone since 1.4.2.');
    expect(
      sectionOf(page, 'new')
        .match(/<li>.*outcome \w+/g)
        ?.map((item) => item.split(' ').at(-1)),
    ).toEqual(['refused', 'refused', 'allowed']);
    for (const title of ['By package', 'By file', 'By layer']) expect(sectionOf(page, 'where')).toContain(title);
    expect(sectionOf(page, 'where')).toContain('<title>2 critical, 2 high, 2 medium</title>');
    expect(sectionOf(page, 'exceptions').match(/class="state tone \w+">\w+/g)).toEqual(
      ['bad">expired', 'warning">expiring', 'good">used', 'open">unused'].map((end) => `class="state tone ${end}`),
    );
    expect(page).toContain('href="#exception-2">not affected, says vex/checkout-api.json</a>');
    expect(sectionOf(page, 'policy')).toMatch(/Harbor lets this image be pulled.*Where it differs from this gate/s);
  });

  it('lists the exceptions that decide where there are too many for all', () => {
    const unused = Array.from({ length: 600 }, (_, number) => ({
      ...gateReport.exceptions[2],
      id: `CVE-2025-${20_000 + number}`,
      reason: 'Never seen.',
      from: '.trivyignore',
      state: 'unused' as const,
    }));
    const many = pageOf({
      ...gateReport,
      exceptions: [...unused, ...gateReport.exceptions],
      vulnerabilities: gateReport.vulnerabilities.map((found) =>
        found.exception === undefined ? found : { ...found, exception: found.exception + unused.length },
      ),
    });
    expect(many).toContain('href="#exception-602">not affected, says vex/checkout-api.json</a>');
    expect(sectionOf(many, 'exceptions')).toMatch(/id="exception-602">.*CVE-2026-10104/);
    expect(sectionOf(many, 'exceptions')).toContain('and 104 exceptions more');
    expect(sectionOf(many, 'exceptions')).toContain('tabindex="0" aria-label="Table of exceptions"');
    expect(sectionOf(many, 'upgrades')).not.toContain('tabindex');
  });

  it('uses no id twice, and names only ids that it has', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [
      ...page
        .replace(/<script>.*<\/script>/s, '')
        .matchAll(/(?:(?:aria-labelledby|aria-controls|data-copy|data-sorts)="|href="#)([^"]+)"/g),
    ];
    expect(ids).toEqual(expect.arrayContaining(named.flatMap(([, list = '']) => list.split(' '))));
  });

  it('allows only its own style and script, and asks for nothing', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    for (const element of ['style', 'script']) {
      const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    for (const { attributes } of tagsOf(page)) {
      for (const attribute of attributes) expect(attribute).not.toMatch(/^(?:style|src|srcset|on.*|xlink:href)$/i);
    }
    expect(page).not.toMatch(/@import|url\(/);
  });
});

describe('untrusted text in the page of a gate', () => {
  const harmless = tagsOf(pageOf(hostileReport('harmless'))).filter(({ name }) => !name.endsWith('wbr'));

  it.each(hostileTexts)('adds no tag and no attribute: %j', (text) => {
    const page = pageOf(hostileReport(text));
    expect(tagsOf(page).filter(({ name }) => !name.endsWith('wbr'))).toEqual(harmless);
    expect(page).not.toMatch(/href="(?!https?:|#|data:,)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
  });
});

it('a page about 100,000 vulnerabilities comes in pieces, has the worst of them and the number of all', () => {
  let length = 0;
  let longest = 0;
  let rows = 0;
  let end = '';
  for (const piece of renderGateHtml(largeReport(100_000))) {
    length += piece.length;
    longest = Math.max(longest, piece.length);
    if (piece.startsWith('<tr ')) rows += 1;
    end = (end + piece).slice(-200_000);
  }
  expect(rows).toBe(3000);
  expect(longest).toBeLessThan(100_000);
  expect(length).toBeLessThan(6_000_000);
  expect(end).toContain('97,000 vulnerabilities more, after the refused and the worst ones, are not listed here');
  expect(end).toContain('and 980 packages more');
});
