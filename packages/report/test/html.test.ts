import { createHash } from 'node:crypto';
import type { ReleaseRecord } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { renderHtml } from '../src/index.ts';
import { hostileRecord, hostileTexts, largeRecord } from './hostile.ts';
import { promoted, refused, released, undone } from './samples.ts';
import { tagsOf } from './tags.ts';

const { digest, image, run, startedAt, schemaVersion } = released;
const beginning: ReleaseRecord = { schemaVersion, image, digest, run, startedAt };

describe('the page', () => {
  const page = renderHtml([released, refused, undone]);

  it('is one HTML document with landmarks, one first heading and a title', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const landmark of ['header', 'nav', 'main', 'footer', 'h1', 'title']) {
      expect(page.match(new RegExp(`<${landmark}[ >]`, 'g'))?.length).toBeGreaterThanOrEqual(1);
    }
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page.match(/<article/g)).toHaveLength(3);
  });

  it('opens and closes the same tags, and uses no id twice', () => {
    const names = tagsOf(page).map(({ name }) => name);
    for (const name of [
      'article',
      'section',
      'div',
      'table',
      'tr',
      'td',
      'th',
      'svg',
      'ul',
      'ol',
      'li',
      'p',
      'figure',
    ]) {
      expect([name, names.filter((open) => open === name).length]).toEqual([
        name,
        names.filter((close) => close === `/${name}`).length,
      ]);
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/(?:aria-labelledby|aria-controls|data-copy)="([^"]+)"/g)].flatMap(
      ([, list = '']) => list.split(' '),
    );
    expect(ids).toEqual(expect.arrayContaining(named));
  });

  it('tells image, digest, sizes, signature, verdict, rollout and run', () => {
    for (const text of [
      `${image}@${digest}`,
      'linux/arm64',
      '12.3 MB',
      'Sigstore bundle',
      String(released.signature?.keyId),
      'Accepted by Harbor',
      'Refused by the scan gate',
      'refuses high or worse, only what has a fix',
      '12 vulnerabilities are of high severity or worse',
      'Rollout undone',
      'ImagePullBackOff',
      '3 of 3 ready',
      '1.2.3',
      'href="https://github.example/shop/hello/actions/runs/42"',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('draws the severities as bars, with the same in words', () => {
    expect(page).toContain('2 critical, 9 high, 34 medium, 61 low, 5 negligible, 1 unknown</desc>');
    expect(page).toContain('<rect class="bar low" x="30%" y="104" width="56.00%"');
    expect(page.match(/class="cutoff"/g)).toHaveLength(3);
  });

  it('names the columns of each table, and each row', () => {
    const tables = page.match(/<table.*?<\/table>/gs) ?? [];
    expect(tables.length).toBeGreaterThanOrEqual(6);
    for (const table of tables) {
      expect(table).toContain('<th scope="col"');
      expect(table.match(/<tr/g)?.length).toBe((table.match(/<th scope="row"/g)?.length ?? 0) + 1);
    }
  });

  it('tells where the image is, under which tags, and what was moved', () => {
    const section = /aria-labelledby="release-1-places">.*?<\/section>/s.exec(renderHtml(promoted))?.[0] ?? '';
    expect(section.match(/<tr><th scope="row"/g)).toHaveLength(4);
    for (const text of [
      'production/<wbr>hello<wbr>',
      'promoted with 4 referrers, signature verified, from harbor.example:8443/shop/hello',
      'signature not verified',
      '<span class="tag">latest</span>',
      '<span class="tag">stable</span>',
      '9.9 MB in 1.2 s, 8.2 MB/s',
      '5 pushed, 2 there already, 1 after a broken try',
      '9 mounted',
      'The digest is the same everywhere.',
    ]) {
      expect(section).toContain(text);
    }
    expect(section).not.toContain('pilot-0123456789ab');
    expect(page).toContain('<span class="tag">pilot-0123456789ab</span>');
    expect(renderHtml(promoted)).toMatch(
      /Push<\/span>.*19\.8 MB sent to 2 repositories.*\n?.*Promote<\/span>.*to 2 repositories/s,
    );
    expect(page).not.toContain('Promote</span>');
  });

  it('allows only its own style and script, and asks for nothing', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    for (const [element, directive] of [
      ['style', 'style-src'],
      ['script', 'script-src'],
    ] as const) {
      const contents = [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, text]) => text);
      expect(contents).toHaveLength(1);
      const hash = createHash('sha256')
        .update(contents[0] ?? '')
        .digest('base64');
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    for (const { name, attributes } of tagsOf(page)) {
      expect(['link', 'img', 'iframe', 'object', 'embed', 'form', 'base'].filter((one) => one === name)).toEqual(
        name === 'link' ? ['link'] : [],
      );
      for (const attribute of attributes) expect(attribute).not.toMatch(/^(?:style|src|srcset|on.*|xlink:href)$/i);
    }
    expect(page).not.toMatch(/@import|url\(/);
  });

  it('works for one record, for none, and for a release that has only begun', () => {
    expect(renderHtml(released)).not.toContain('<nav');
    expect(renderHtml(released)).toContain(`<title>Released: ${image} · Harbor Pilot</title>`);
    expect(renderHtml([])).toContain('no release');
    expect(renderHtml(beginning)).toContain('Not finished');
    expect(renderHtml({ ...beginning, outcome: 'failed' })).toContain('Failed');
    tagsOf(renderHtml(beginning));
  });

  it('is the same for the same record', () => {
    expect(renderHtml([released, refused, undone])).toBe(page);
  });
});

describe('untrusted text in the page', () => {
  const harmless = tagsOf(renderHtml(hostileRecord('harmless')));

  it.each(hostileTexts)('adds no tag and no attribute: %j', (text) => {
    const page = renderHtml(hostileRecord(text));
    const expected = harmless.filter(({ name }) => !name.endsWith('wbr'));
    expect(tagsOf(page).filter(({ name }) => !name.endsWith('wbr'))).toEqual(expected);
    expect(page).not.toMatch(/href="(?!https?:|#|data:,)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
  });

  it('never becomes a link unless it is an address of the web', () => {
    const page = renderHtml({ ...released, run: { ci: 'jenkins', runUrl: 'javascript:alert(1)' } });
    expect(page).toContain('run in Jenkins (javascript:alert(1))');
    expect(page).not.toContain('href="javascript:');
  });
});

it('a page about 100,000 vulnerabilities, events and workloads stays below 1.5 MB', () => {
  const page = renderHtml(largeRecord(100_000));
  expect(page.length).toBeLessThan(1_500_000);
  expect(page).toContain('99,000 vulnerabilities more');
});
