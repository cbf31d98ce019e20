/** The web application as whoever opens it sees it: a browser without a window, looking at a gateway. */
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from '../../infra/browser/chromium';
import { HANGS_MS } from './until';

/** Sizes of what is looked at: a desk's screen and a phone. */
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** @throws Error with what to do, where there is no browser */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error('Chromium is missing: apt-get install chromium, or name one by CHROME_PATH');
  // Root, which a container's user is, has no sandbox in Chromium.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], timeout: HANGS_MS });
}

/** A page, and everything that went wrong on it: what its scripts threw, and what its policy forbade. */
export interface Watched {
  readonly page: Page;
  readonly faults: string[];
}

/** @param theme that was chosen on an earlier visit */
export async function watchedPage(
  browser: Browser,
  { theme = 'dark', ...size }: { theme?: string; width: number; height: number },
): Promise<Watched & { context: BrowserContext }> {
  const context = await browser.newContext({ viewport: size, locale: 'en-US', timezoneId: 'Europe/Berlin' });
  await context.addInitScript(`localStorage.setItem('spymaster.theme', '${theme}')`);
  context.setDefaultTimeout(HANGS_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // What the gateway refuses is shown by the page; that a browser notes it too is no fault of the page.
    const { text, type } = { text: message.text(), type: message.type() };
    if (type === 'error' && !/Failed to load resource|WebSocket connection/.test(text)) faults.push(text);
  });
  return { context, page, faults };
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds of serious and critical faults: rule, and the elements at fault. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy forbids.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
