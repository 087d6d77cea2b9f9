import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../src/index.ts';
import { markdownText } from '../src/markdown-escape.ts';
import { hostileRecord, hostileTexts, largeRecord } from './hostile.ts';
import { promoted, refused, released, undone } from './samples.ts';

/** What a line is: heading, table row with its number of cells, entry, HTML, text. */
function structureOf(markdown: string): string[] {
  return markdown.split('\n').map((line) => {
    if (line.startsWith('|')) return `row of ${line.split('|').length - 2}`;
    return /^(#+ |- |<details>|<\/details>|<code>|<a |)/.exec(line)?.[1] ?? '';
  });
}

describe('the Markdown of a record', () => {
  it('tells a release', () => {
    const markdown = renderMarkdown(released);
    expect(markdown).toMatch(/^## ✅ Released: harbor\.example:8443\/shop\/hello\n/);
    expect(markdown).toContain(`<code>${released.image}&#64;${released.digest}</code>`);
    expect(markdown).toContain('| Build | Push | Sign | Gate | Tag | Roll out |');
    expect(markdown).toContain('| linux/amd64 | 12.3 MB |');
    expect(markdown).toContain('**Signature**: bundle, accepted by Harbor, 3 digests signed');
    expect(markdown).toContain('### Scan gate: passed');
    expect(markdown).toContain('### Rollout: complete');
    expect(markdown).toContain('| Deployment/hello | 3 → 4 | 3 of 3 |');
    expect(markdown).toContain('<a href="https://github.example/shop/hello/actions/runs/42">run</a>');
  });

  it('tells where the image is, under which tags, and what was moved', () => {
    const markdown = renderMarkdown(promoted);
    expect(markdown).toContain(
      '| 1&#46;2.3, 1.2, latest | pushed | 9.9 MB in 0.6 s, 16.5 MB/s | 5 pushed, 2 there already,',
    );
    expect(markdown).toContain('| mirror.example/eu/shop/hello | stable | pushed | 9.9 MB in 1.2 s, 8.2 MB/s |');
    expect(markdown).toMatch(
      /\| 1&#46;2\.3 \| promoted with 4 referrers, signature verified, from .*\| nothing \| 9 mounted \|/,
    );
    expect(markdown).toMatch(/^\| archive\.example\/shop\/hello \| 2026, kept \| .*signature not verified/m);
  });

  it('tells a refusal with its reasons, counts and vulnerabilities', () => {
    const markdown = renderMarkdown(refused);
    expect(markdown).toMatch(/^## ❌ Refused by the scan gate/);
    expect(markdown).toContain('- 12 vulnerabilities are of high severity or worse; the policy allows none.');
    expect(markdown).toContain('| 2 | 9 | 34 | 61 | 5 | 1 |');
    expect(markdown).toContain('<summary>112 vulnerabilities, the 36 worst shown</summary>');
    expect(markdown).toContain('| ❌ CVE-2099-0000 | Critical | 9.8 | openssl |');
  });

  it('tells a rollout that was undone', () => {
    const markdown = renderMarkdown(undone);
    expect(markdown).toMatch(/^## ⚠️ Rollout undone/);
    expect(markdown).toContain('- Pod hello-7d9c5b6f4-x2x8p: ImagePullBackOff');
    expect(markdown).toContain('| +8 s | Deployment/hello | deadline over, set back to revision 4 |');
  });

  it.each(hostileTexts)('keeps its structure whatever a text says: %j', (text) => {
    const harmless = structureOf(renderMarkdown(hostileRecord('harmless')));
    const markdown = renderMarkdown(hostileRecord(text));
    expect(structureOf(markdown)).toEqual(harmless);
    expect(markdown).not.toMatch(/<(?!\/?(?:code|details|summary|a)\b)/);
    expect(markdown).not.toMatch(/`|\]\(|https:\/\/evil|@everyone|\*\*bold|[^\P{Cc}\n]|\u202e/u);
  });

  it('stays below 100 kB', () => {
    expect(Buffer.byteLength(renderMarkdown(largeRecord(100_000)))).toBeLessThan(100_000);
    const wide = renderMarkdown(hostileRecord('<'.repeat(10_000)));
    expect(Buffer.byteLength(wide)).toBeLessThan(100_000);
  });
});

it.each([
  ['plain words, 1.2.3-r4 (arm64)', 'plain words, 1.2.3-r4 (arm64)'],
  ['1. one', '1&#46; one'],
  ['- one', '&#45; one'],
  ['a_b*c', 'a&#95;b&#42;c'],
  ['www.evil.example', 'www&#46;evil.example'],
  ['https://x', 'https&#58;//x'],
  ['ünïcode 漢字', 'ünïcode 漢字'],
  ['@user and #12, !3 GH-4', '&#64;&#8203;user and &#35;&#8203;12, &#33;&#8203;3 GH&#8203;-4'],
  ['a @ b, 5 % of robot$shop', 'a &#64; b, 5 % of robot&#36;shop'],
  ['shop/api@sha256:0123', 'shop/api&#64;sha256:0123'],
])('markdownText of %j', (text, markdown) => {
  expect(markdownText(text)).toBe(markdown);
});
