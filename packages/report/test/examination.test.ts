import { createHash } from 'node:crypto';
import type { Examination, ExaminedCheck } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { describeCounts, renderCheckText, renderExaminationHtml, renderExaminationMarkdown } from '../src/index.ts';
import { hostileTexts } from './hostile.ts';

const check = (fields: Partial<ExaminedCheck>): ExaminedCheck => ({
  id: 'dns',
  area: 'network',
  title: 'name resolution',
  matters: 'Without an address nothing can be reached.',
  status: 'ok',
  seen: 'harbor.example is IPv4 192.0.2.1',
  durationSeconds: 0.01,
  ...fields,
});

const failed = check({
  id: 'tls',
  area: 'tls',
  title: 'TLS and certificates',
  status: 'failed',
  code: 'TLS_UNTRUSTED',
  seen: 'the certificate has expired',
  advice: 'Renew it.',
  facts: ['certificate 1: "CN=server"'],
});
const warning = check({
  id: 'clock',
  area: 'tls',
  title: 'clocks',
  status: 'warning',
  seen: 'late',
  advice: 'Set it.',
});
const skipped = check({ id: 'login', area: 'login', title: 'credentials', status: 'skipped', seen: 'not examined' });

const examined = (checks: readonly ExaminedCheck[]): Examination => ({
  schemaVersion: 1,
  host: 'harbor.example',
  repository: 'shop/hello',
  username: 'robot$shop+ci',
  run: { ci: 'terminal' },
  startedAt: '2026-11-22T12:00:00.000Z',
  finishedAt: '2026-11-22T12:00:01.000Z',
  checks,
});

describe('an examination', () => {
  const examination = examined([check({}), failed, warning, skipped]);

  it('is counted', () => {
    expect(describeCounts(examination.checks)).toBe('1 ok, 1 warning, 1 failed, 1 skipped');
    expect(describeCounts([])).toBe('0 ok, 0 warnings, 0 failed, 0 skipped');
  });

  it('is lines of text', () => {
    expect(renderCheckText(check({ advice: 'Nothing.' }))).toEqual([
      '✓ name resolution: harbor.example is IPv4 192.0.2.1',
    ]);
    expect(renderCheckText(failed)).toEqual([
      '✗ TLS and certificates: the certificate has expired',
      '    certificate 1: "CN=server"',
      '    → Renew it.',
    ]);
    expect(renderCheckText(check({ facts: Array.from({ length: 14 }, String) })).at(-1)).toBe('    and 2 more');
  });

  it('is Markdown with the cause first', () => {
    const markdown = renderExaminationMarkdown(examination);
    expect(markdown).toContain(
      '## ❌ Failed: TLS and certificates\n\nharbor.example/shop/hello, as robot&#36;shop&#43;ci: 1 ok',
    );
    expect(markdown).toContain('**What is wrong:** the certificate has expired\n\n**What to do:** Renew it.');
    expect(markdown).toContain('| ⚠️ warning | clocks | late | Set it. |');
    expect(markdown).toContain('- TLS and certificates: certificate 1: &#34;CN=server&#34;');
    expect(renderExaminationMarkdown(examined([warning]))).toContain('## ⚠️ It works, with warnings');
    expect(renderExaminationMarkdown(examined([check({})]))).toContain('## ✅ Nothing is wrong');
  });

  it('is one page without script, under a policy that allows just its own style', () => {
    const page = renderExaminationHtml(examination);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:;`);
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/ style=| on[a-z]+=|https?:\/\//);
    expect(style).toContain('prefers-color-scheme: dark');
    for (const text of ['Failed: TLS and certificates', 'TLS_UNTRUSTED', 'Renew it.', 'id="check-dns"', 'CN=server']) {
      expect(page).toContain(text);
    }
  });

  it('takes hostile text for text', () => {
    for (const text of hostileTexts) {
      const hostile = check({ status: 'failed', title: text, seen: text, advice: text, facts: [text], matters: text });
      const body = renderExaminationHtml({ ...examined([hostile]), host: text }).split('<body>')[1] ?? '';
      const tags = body.match(/<[^>]*>/g) ?? [];
      const known = renderExaminationHtml(examined([{ ...failed, area: 'network', id: 'dns' }])).split('<body>')[1];
      expect(tags.filter((tag) => !known?.includes(tag.slice(0, 4)))).toEqual([]);
      for (const line of renderCheckText(hostile)) expect(line).not.toMatch(/[\p{Cc}\u202e]|##\[/u);
      expect(renderExaminationMarkdown(examined([hostile]))).not.toMatch(/<(?!\/?(details|summary)>)|\]\(/);
    }
  });
});
