import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { renderGateHtml } from '../src/index.ts';
import { cleanReport, gateReport, hostileReport, largeReport } from './gate-samples.ts';
import { hostileTexts } from './hostile.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

describeWithPeers('the page of a gate in Chromium', ['chromium'], ({ chromium: executablePath }) => {
  let browser: Browser;
  let folder: string;
  /** What a page tried to load or to say, besides itself. */
  let heard: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-page-'));
    // In containers Chromium has no right to make a sandbox of its own; the pages are ours.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(report = gateReport, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(folder, 'gate.html');
    await writeFile(file, [...renderGateHtml(report)].join(''));
    const page = await browser.newPage(options);
    heard = [];
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(error.message));
    page.on('dialog', (dialog) => heard.push(dialog.message()));
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) heard.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  /** The names in the table that are to be seen, in their order. */
  async function names(page: Page): Promise<readonly string[]> {
    return page.locator('#table tbody tr:not([hidden]) th > a').allTextContents();
  }

  /** Presses Tab until something has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    }
    throw new Error(`Tab does not come to ${selector}`);
  }

  async function axe(page: Page): Promise<readonly Violation[]> {
    await page.evaluate(await readFile(axeFile, 'utf8'));
    const { violations } = (await page.evaluate('axe.run()')) as { violations: readonly Violation[] };
    return violations;
  }

  it('filters by keyboard: text, severity, decision, kind, platform', async () => {
    const page = await open();
    expect(await names(page)).toHaveLength(34);
    await tabTo(page, 'input[type=search]');
    await page.keyboard.type('OpenSSL timing');
    expect(await names(page)).toEqual(['CVE-2026-10009', 'CVE-2026-10109']);
    expect(await page.locator('output').textContent()).toBe('2 of 34 shown');
    await page.keyboard.press('Escape');
    expect(await names(page)).toHaveLength(34);
    await tabTo(page, 'input[value=high]');
    await page.keyboard.press('Space');
    expect(await names(page)).toHaveLength(24);
    await page.keyboard.press('Space');
    await tabTo(page, 'input[value=allowed]');
    await page.keyboard.press('Space');
    expect(await names(page)).toHaveLength(12);
    await page.keyboard.press('Space');
    await tabTo(page, 'input[value=new]');
    await page.keyboard.press('Space');
    expect(await names(page)).toEqual(['CVE-2026-10005', 'CVE-2026-10006', 'CVE-2026-10007']);
    await page.keyboard.press('Space');
    await tabTo(page, 'select[data-field=platform]');
    await page.keyboard.press('l');
    expect(await names(page)).toHaveLength(17);
    expect(heard).toEqual([]);
    await page.close();
  });

  it('sorts by keyboard, and goes back to the order of the gate', async () => {
    const page = await open();
    const asWritten = await names(page);
    await tabTo(page, 'th:nth-child(4) button');
    await page.keyboard.press('Enter');
    const epss = page.locator('#table tbody td[data-label=EPSS]');
    const shares = (await epss.allTextContents()).map((text) => Number.parseFloat(text));
    expect(shares).toEqual([...shares].sort((one, other) => other - one));
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    await page.keyboard.press('Enter');
    expect((await names(page)).at(0)).not.toBe(asWritten[0]);
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect(await names(page)).toEqual(asWritten);
    expect(await page.locator('th[aria-sort]').count()).toBe(0);
    await page.close();
  });

  it('hides nothing that has the focus below the head of the table', async () => {
    const page = await open();
    await page.locator('#table tbody tr').nth(20).locator('a').first().focus();
    const above = `(() => {
      const focused = document.activeElement.getBoundingClientRect();
      return focused.top - document.querySelector('#table thead th').getBoundingClientRect().bottom;
    })()`;
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(above)).toBeGreaterThan(-1);
    }
    await page.close();
  });

  it('shows everything without script', async () => {
    const page = await open(gateReport, { javaScriptEnabled: false });
    expect(await names(page)).toHaveLength(34);
    expect(await page.locator('[role=search]').isVisible()).toBe(false);
    await page.locator('#table summary').first().click();
    expect(await page.locator('#table details p').first().isVisible()).toBe(true);
    await page.close();
  });

  it.each([320, 768])('fits a screen of %i px, and can be sorted there', async (width) => {
    const page = await open(gateReport, { viewport: { width, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(
      await page.evaluate(
        'document.querySelector(".scroll").scrollWidth <= document.querySelector(".scroll").clientWidth',
      ),
    ).toBe(true);
    expect(
      await page.evaluate(
        'document.documentElement.scrollHeight - document.querySelector("footer").getBoundingClientRect().bottom',
      ),
    ).toBeLessThan(1);
    if (width === 320) {
      await page.locator('select[data-sorts]').selectOption({ label: 'by package' });
      expect((await names(page)).at(0)).toBe('CVE-2026-10005');
    }
    await page.close();
  });

  it.each([360, 768, 1400])('cuts no words at %i px, and lets none run out of the page', async (width) => {
    for (const report of [gateReport, { ...hostileReport('a'.repeat(300)), image: gateReport.image }]) {
      const page = await open(report, { viewport: { width, height: 800 } });
      const wide = `[...document.querySelectorAll('.badge, .state, .facts li, tbody th, label, select')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > one.closest('.release').getBoundingClientRect().right)
        .map((one) => one.outerHTML.slice(0, 80))`;
      expect(await page.evaluate(`[...new Set(${wide})]`)).toEqual([]);
      await page.close();
    }
  });

  it.each(['light', 'dark'] as const)('has no serious fault of accessibility: %s', async (colorScheme) => {
    for (const report of [gateReport, cleanReport]) {
      const page = await open(report, { colorScheme });
      const found = (await axe(page)).filter(({ impact }) => ['serious', 'critical'].includes(impact));
      expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await page.close();
    }
  });

  it('is dark where dark is wanted', async () => {
    const backgrounds: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(cleanReport, { colorScheme });
      backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      await page.close();
    }
    expect(backgrounds).toEqual(['rgb(238, 243, 247)', 'rgb(11, 22, 34)']);
  });

  it('prints all rows, dark on white, without what one can only press', async () => {
    const page = await open(gateReport, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    const { height, inner } = (await page.evaluate(
      '(({ clientHeight: height, scrollHeight: inner }) => ({ height, inner }))(document.querySelector(".scroll"))',
    )) as { height: number; inner: number };
    expect(inner).toBe(height);
    expect(await page.locator('input[type=search]').isVisible()).toBe(false);
    expect(await page.locator('output').isVisible()).toBe(true);
    expect(await page.locator('.tiles').isVisible()).toBe(true);
    expect(await page.locator('.upgrades summary').first().isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(16, 36, 58)');
    const thead = "getComputedStyle(document.querySelector('#table thead')).display";
    expect(await page.evaluate(thead)).toBe('table-header-group');
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
    await page.close();
  });

  describe('with hostile text', () => {
    it.each(hostileTexts.slice(0, 5))('runs nothing, asks for nothing, and has no link to it: %j', async (text) => {
      const page = await open(hostileReport(text));
      expect(
        await page.evaluate('[...document.links].every(({ protocol }) => /^(https?|file):$/.test(protocol))'),
      ).toBe(true);
      expect(await page.locator('h2').textContent()).toBe(text);
      expect(heard).toEqual([]);
      await page.close();
    });
  });

  it('stays quick with 100,000 vulnerabilities', async () => {
    const page = await open(largeReport(100_000));
    await page.locator('input[type=search]').fill('CVE-2099-10109');
    expect(await names(page)).toEqual(['CVE-2099-10109']);
    expect(await page.locator('output').textContent()).toBe('1 of 3000 shown');
    await page.close();
  }, 30_000);
});
