/** The application in a browser without a window, with a note of when it has drawn what, and how often it could. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { obtainChromium } from '../../browser/chromium';
import { PROJECT_ROOT } from '../../root';

/** A drawing: records that it has in it, and when it was there, ms since 1970. */
export type Drawn = readonly [records: number, at: number];

interface Notes {
  readonly chart: Drawn[];
  readonly ladder: Drawn[];
  readonly intervals: number[];
}

const SIZE = { width: 1440, height: 900 };
const NOTES = join(PROJECT_ROOT, 'infra', 'bench', 'screen', 'pageNotes.js');

export class WatchedPage {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** @throws Error where there is no browser, with what installs one */
  static async open(address: string): Promise<WatchedPage> {
    const executablePath = obtainChromium((state) => process.stderr.write(`bench:   ${state}\n`));
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage({ viewport: SIZE, bypassCSP: true });
    await page.addInitScript({ path: NOTES });
    await page.goto(`${address}/#/`);
    return new WatchedPage(browser, page);
  }

  /** Resolves when so many records have been drawn in the chart. */
  async untilDrawn(records: number): Promise<void> {
    const drawn = `notes.chart.some(([drawn]) => drawn >= ${records})`;
    await this.page.waitForFunction(drawn, undefined, { timeout: 120_000 });
  }

  /** What has been noted since it was asked last. */
  notes(): Promise<Notes> {
    return this.page.evaluate('takeNotes()');
  }

  /** Addresses of everything that was loaded so far. */
  loaded(): Promise<string[]> {
    return this.page.evaluate(
      `['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type).map(({ name }) => name))`,
    );
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
