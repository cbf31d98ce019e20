/**
 * Ways through the web application on a small built lake, served by the real gateway and looked at with a real browser. Pictures of each
 * view, in dark, in light and on a phone, are left in `SPYMASTER_TEST_SCREENSHOTS` where that names a folder.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { easternClock } from '../../../graph/market/easternTime';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { DESK, launchBrowser, PHONE, seriousFaults, watchedPage, type Watched } from '../../support/browser';
import { BUILT_DATE, builtLake } from '../../support/builtLake';
import { startPeer, type TestPeer } from '../../support/eventHubs';
import { startSpymaster, type RunningCommand } from '../../support/spymaster';
import { until } from '../../support/until';

const LAST_DATE = '2024-03-06';
/** A session of the lake in the market view. */
const MARKET = `replay/ESH4/${LAST_DATE}`;

let hubs: TestPeer;
let gateway: RunningCommand;
let browser: Browser;
let address: string;
let desk: Watched;
let page: Page;

beforeAll(async () => {
  const lake = await builtLake({ dates: [BUILT_DATE, LAST_DATE] });
  // Hubs without an event; no Temporal server.
  hubs = await startPeer({ hubs: HUBS });
  const environment = {
    SPYMASTER_LAKE: lake,
    EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
  gateway = startSpymaster(environment, 'gateway', '--port', '0');
  address = await addressOf(gateway);
  browser = await launchBrowser();
  desk = await watchedPage(browser, DESK);
  ({ page } = desk);
});

afterAll(async () => {
  await browser?.close();
  gateway?.process.kill('SIGTERM');
  await gateway?.finished;
  await hubs?.peer.stop();
  hubs?.remove();
});

/** It says it beside those of its metrics. */
async function addressOf({ process: { stderr } }: RunningCommand): Promise<string> {
  let said = '';
  for (;;) {
    const found = /(http:\/\/[\d.:]+) is the application/.exec(said);
    if (found) return found[1];
    const [text] = (await once(stderr!, 'data')) as [string];
    said += text;
  }
}

/** Shows a view, and waits until it has asked for everything it shows. */
async function open(of: Page, hash: string): Promise<void> {
  // What was shown of the same session before is gone.
  if (hash === MARKET) {
    await of.goto(`${address}/#/elsewhere`);
    await of.getByRole('heading', { name: 'There is no such view' }).waitFor();
  }
  await of.goto(`${address}/#/${hash}`);
  await of.locator('main h1, main h2').first().waitFor();
  await until(async () => (await of.locator('main [aria-busy=true]').count()) === 0);
  if (hash === MARKET) await of.locator('.ladder').waitFor();
}

/** Goes to a view by its keys. Two keys are one where they follow each other: on a machine that is busy they may not. */
const goByKeys = (view: string) =>
  until(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press(view[0]);
    return page.url().includes(`#/${view}`);
  });

const heading = (name: string) => page.getByRole('heading', { name });

test('history: a day of the calendar narrows the episodes, and filters do', async () => {
  await open(page, 'history');
  await heading('Episodes').waitFor();
  const rows = page.locator('section', { has: heading('Episodes') }).locator('tbody tr');
  const all = await rows.count();
  expect(all).toBeGreaterThan(4);
  await page.getByRole('button', { name: LAST_DATE }).click();
  await until(async () =>
    (await rows.locator('td:first-child').allTextContents()).every((day) => day === LAST_DATE),
  );
  expect(await rows.count()).toBeLessThan(all);
  expect(page.url()).toContain(`date=${LAST_DATE}`);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('CHOP');
  await until(async () =>
    (await rows.locator('.outcome').allTextContents()).every((text) => text.endsWith('CHOP')),
  );
  await page.getByRole('button', { name: 'All episodes' }).click();
  await page.getByRole('button', { name: 'Time of day' }).click();
  await page.getByRole('columnheader', { name: 'Time of day' }).first().waitFor();
  expect(desk.faults).toEqual([]);
});

test('an episode leads to its precedents, and a precedent to its moment in the market', async () => {
  await open(page, 'history');
  await page
    .getByRole('link', { name: /^Precedents of/ })
    .first()
    .click();
  await heading('How they ended').waitFor();
  await page.getByText('Not enough evidence').waitFor();
  await page.getByText('BREAK', { exact: false }).first().waitFor();
  const pictures = page.locator('.paths a');
  expect(await pictures.count()).toBeGreaterThan(1);
  const distances = (await pictures.locator('text=/^d /').allTextContents()).map((text) =>
    parseFloat(text.slice(2)),
  );
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  for (const points of await page.locator('.paths polyline.after').all())
    expect((await points.getAttribute('points'))!.split(' ').length).toBeGreaterThan(1);
  await pictures.first().click();
  await page.waitForURL(new RegExp(`#/replay/ESH4/${BUILT_DATE}/\\d{19}$`));
  expect(desk.faults).toEqual([]);
});

/** Time of the session that is shown. */
const replayed = async () => (await page.locator('.replay output').textContent())!.trim();

/** The same of the moment that the address names. */
const named = () => {
  const ns = /\/(\d{19})$/.exec(page.url())?.[1];
  return ns && easternClock(BigInt(ns)).slice(-8);
};

test('a session is played back: from the open to the next touch, and what it looked like', async () => {
  await open(page, MARKET);
  await until(async () => (await replayed()) === '09:30:00');
  await page.getByRole('columnheader', { name: 'bid' }).waitFor();
  expect(await page.locator('.ladder tbody tr').count()).toBeGreaterThan(20);
  expect(await page.locator('.chart-place canvas').count()).toBeGreaterThan(0);
  const follow = page.getByRole('button', { name: 'Follow', pressed: true });
  await follow.waitFor();
  await page.keyboard.press('ArrowLeft');
  await follow.waitFor({ state: 'detached' });
  await page.keyboard.press('f');
  await follow.waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').locator('kbd', { hasText: 'Space' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await until(async () => (await replayed()) !== '09:30:00');
  // Loaded again, it is where it was.
  const moment = await replayed();
  await until(() => named() === moment);
  await page.reload();
  await page.locator('.ladder').waitFor();
  await until(async () => (await replayed()) === moment);
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  // Five seconds before it, so that it is seen to come.
  await page.locator('.said').getByText('Touch').first().waitFor();
  await page.getByText('Not enough evidence').first().waitFor();
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Play' }).waitFor();
  expect(await page.locator('.tape tbody tr').count()).toBeGreaterThan(5);
  expect(desk.faults).toEqual([]);
});

test('keys move the crosshair by bars and ticks, and what it is on is told', async () => {
  await open(page, MARKET);
  const reading = page.locator('.pointed');
  /** Seconds of the day, and points. */
  const place = async () => {
    const [time, price] = (await reading.textContent())!.split('  ');
    const [h, m, s] = time.split(':').map(Number);
    return [h * 3600 + m * 60 + s, Number(price.replace(',', ''))];
  };
  await until(async () => {
    await page.keyboard.press('c');
    return /^\d.*bar/.test((await reading.textContent())!);
  });
  const [time, price] = await place();
  // It is drawn a moment after a key.
  const comesTo = (...expected: number[]) => until(async () => String(await place()) === String(expected));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await comesTo(time - 10, price);
  await page.keyboard.press('ArrowDown');
  await comesTo(time - 10, price - 0.25);
  // Beyond what is seen the chart moves along.
  for (let k = 0; k < 40; k++) await page.keyboard.press('Shift+ArrowLeft');
  await comesTo(time - 10 - 40 * 50, price - 0.25);
  // Drawn in other colours it is where it was.
  for (const theme of ['light', 'dark']) {
    await page.keyboard.press('t');
    await page.locator(`html[data-theme=${theme}]`).waitFor();
    for (let k = 0; k < 2; k++) await page.evaluate('new Promise(requestAnimationFrame)');
    expect((await place())[0]).toBe(time - 10 - 40 * 50);
  }
  await page.keyboard.press('Escape');
  await until(async () => (await reading.textContent()) === '');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY');
  expect(desk.faults).toEqual([]);
});

test('led to and fro through a session, the page holds no more than at first', async () => {
  await open(page, MARKET);
  const inspector = await page.context().newCDPSession(page);
  const held = async () => {
    await inspector.send('HeapProfiler.collectGarbage');
    return (await inspector.send('Runtime.getHeapUsage')).usedSize;
  };
  const round = async () => {
    for (const key of ['.', '.', ',', ',']) {
      const before = await replayed();
      await page.keyboard.press(key);
      await until(async () => (await replayed()) !== before);
    }
  };
  await round();
  const first = await held();
  for (let k = 0; k < 6; k++) await round();
  // The bars that are told each time are several times as much.
  expect((await held()) - first).toBeLessThan(8_000_000);
  expect(desk.faults).toEqual([]);
});

test('where no market is live, it is said what brings one', async () => {
  await open(page, '');
  await heading('No market').waitFor();
  await page.getByText('./spymaster feed').waitFor();
  // A session of the past is chosen there too.
  await page.getByRole('combobox', { name: 'Session' }).selectOption(`${BUILT_DATE} ESH4`);
  await page.getByText('replay, paused').waitFor();
  expect(page.url()).toContain(`#/replay/ESH4/${BUILT_DATE}`);
  await until(async () => (await replayed()) === '09:30:00');
  await page.getByRole('combobox', { name: 'Session' }).selectOption('live');
  await heading('No market').waitFor();
});

test('of several markets in the hub each can be chosen', async () => {
  const told = (await (await fetch(`${address}/api/processes`)).json()) as { hub: object };
  const market = { state: 'live', detail: null, at: null, lagMs: null };
  const markets = ['NQH4', 'ESH4'].map((contract) => ({ ...market, contract }));
  await page.route('**/api/processes', (route) =>
    route.fulfill({ json: { ...told, hub: { ...told.hub, markets } } }),
  );
  await open(page, 'history');
  await open(page, '');
  const choice = page.getByRole('combobox', { name: 'Session' });
  await choice.getByRole('option', { name: 'live ESH4' }).waitFor({ state: 'attached' });
  await choice.selectOption('live NQH4');
  await page.waitForURL(/#\/\/NQH4$/);
  // As it is after the page is loaded again.
  await page.reload();
  await until(async () => (await choice.inputValue()) === 'live NQH4');
  await choice.selectOption('live');
  await page.waitForURL(/#\/$/);
  await page.unroute('**/api/processes');
});

test('levels, models and operations say how things are', async () => {
  await open(page, 'levels');
  await page
    .getByRole('row', { name: /^PM_HIGH/ })
    .getByText('yes')
    .waitFor();
  await page
    .getByRole('row', { name: /^ROUND/ })
    .getByText('no')
    .waitFor();
  await open(page, 'models');
  await heading('No model has been trained yet').waitFor();
  await open(page, 'operations');
  // Bronze, Silver, Gold, and the normalisation of its product.
  const cells = page.getByRole('row', { name: `ESH4 ${LAST_DATE}` }).getByRole('button');
  expect(await cells.count()).toBe(4);
  await cells.nth(2).click();
  await page.getByText('raw.dbn').first().waitFor();
  await page.getByRole('row', { name: /coverage/ }).waitFor();
  await page.getByText('None: every record of the files was used.').waitFor();
  await page.getByText('No Temporal server answers at 127.0.0.1:1').first().waitFor();
  await page.getByText('No session is followed').waitFor();
  expect(desk.faults).toEqual([]);
});

test('what belongs to another partition is not shown of one that has nothing', async () => {
  await open(page, 'operations');
  const cell = (date: string, layer: number) =>
    page
      .getByRole('row', { name: `ESH4 ${date}` })
      .getByRole('button')
      .nth(layer);
  await cell(LAST_DATE, 2).click();
  await page.getByText('raw.dbn').first().waitFor();
  // The first session of all has none before it to be normalised by.
  await cell(BUILT_DATE, 3).click();
  await heading(`normalisation ES ${BUILT_DATE}`).waitFor();
  await until(async () => (await page.locator('main [aria-busy=true]').count()) === 0);
  expect(await page.getByText('raw.dbn').count()).toBe(0);
  expect(await page.getByText('cannot be shown').count()).toBe(1); // the backfills: there is no Temporal server
  expect(desk.faults).toEqual([]);
});

test('what a backfill would build is shown before it is started; without Temporal it is said what starts it', async () => {
  await open(page, 'operations');
  await page.getByRole('alert').getByText('npm start').first().waitFor();
  for (const date of [LAST_DATE, BUILT_DATE])
    await page.getByRole('checkbox', { name: `Build ESH4 ${date}` }).click();
  await page.getByText('2 up to date').waitFor();
  await page.getByRole('checkbox', { name: 'normalisation' }).uncheck();
  await page.getByRole('button', { name: 'Start 0 builds' }).waitFor();
  await page.getByRole('combobox', { name: 'build' }).selectOption('all');
  await page.getByRole('row', { name: `ESH4 ${LAST_DATE} bronze, silver, gold all` }).waitFor();
  await page.getByRole('button', { name: 'Start 2 builds' }).click();
  await heading('It was not started').waitFor();
  await page.getByLabel('to', { exact: true }).fill('2024-03-07');
  await page.getByText('1 trade date without raw data').waitFor();
  await page.locator('code', { hasText: './spymaster import FILE' }).first().waitFor();
  await page.getByLabel('to', { exact: true }).fill(LAST_DATE);
  const start = page.getByRole('button', { name: /^Start \d+ build/ });
  await start.waitFor();
  // What is refused has no plan: none is left that could be started.
  await page.getByLabel('Product').fill('MOON');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('no product "MOON"').waitFor();
  await start.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Leave it' }).click();
  await heading('Build').waitFor({ state: 'detached' });
  expect(desk.faults).toEqual([]);
});

test('levels are chosen on the chart and in their view, on the ticks of their product, and history is brought after', async () => {
  await open(page, MARKET);
  await page.keyboard.press('a');
  const chart = page.locator('.chart-levels');
  const own = page.getByRole('button', { name: /^Remove [\d,.]+$/ });
  await page.locator('.chart-place').click({ position: { x: 300, y: 200 } });
  await until(async () => /^\d+\.\d\d$/.test(await chart.getByRole('textbox').inputValue()));
  await chart.getByRole('button', { name: 'Add' }).click();
  await own.click();
  await own.waitFor({ state: 'detached' });
  await page.keyboard.press('a');
  await open(page, 'levels');
  const kind = page.getByRole('checkbox', { name: 'ROUND' });
  await kind.click();
  await page.getByText(/^chosen here .*, version 3$/).waitFor();
  expect(await kind.isChecked()).toBe(true);
  const price = page.getByRole('textbox', { name: 'Price' });
  await price.fill('4900.1');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('alert').getByText('4900.1 is not a multiple of the tick 0.25').waitFor();
  await price.fill('4900.25');
  await page.getByRole('button', { name: 'Add' }).click();
  await own.waitFor();
  await page.getByText('2 of 2 built days are stale').waitFor();
  await page.getByRole('button', { name: 'Bring history after' }).click();
  await page.getByRole('row', { name: `ESH4 ${LAST_DATE} silver, gold stale` }).waitFor();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('button', { name: 'As configured' }).click();
  await page.getByText(/^as configured again .*, version 5$/).waitFor();
  await page.getByText('0 of 2 built days are stale').waitFor();
  expect(desk.faults).toEqual([]);
});

test('alerts: a replay alerts who has asked for that, where the choice is kept, and what is forbidden is said', async () => {
  await open(page, 'alerts');
  await page.getByText('None yet.').waitFor();
  await page.getByText('gateway.alerts.webhooks').waitFor();
  const { context, page: forbidden } = await watchedPage(browser, DESK);
  await context.addInitScript('Object.defineProperty(Notification, "permission", { value: "denied" })');
  await open(forbidden, 'alerts');
  await forbidden.getByText('Forbidden: you').waitFor();
  expect(await forbidden.getByRole('checkbox', { name: 'Notification', exact: true }).isDisabled()).toBe(
    true,
  );
  await context.close();
  const past = page.getByRole('checkbox', { name: 'Sessions of the past' });
  await past.check();
  await page.reload();
  await past.waitFor();
  expect(await past.isChecked()).toBe(true);
  await open(page, MARKET);
  await page.keyboard.press('n');
  await page.keyboard.press(' ');
  const alert = page.getByRole('status').filter({ hasText: 'ESH4 touches' });
  await alert.getByText('Not enough evidence').waitFor();
  await page.keyboard.press(' ');
  await goByKeys('alerts');
  const row = page.getByRole('row').filter({ hasText: 'touch' }).first();
  await row.getByText('replay').waitFor();
  expect(await row.getByRole('link').first().getAttribute('href')).toMatch(
    new RegExp(`#/replay/ESH4/${LAST_DATE}/\\d{19}$`),
  );
  await past.uncheck();
  expect(desk.faults).toEqual([]);
});

test('keys go everywhere, and say so', async () => {
  await open(page, 'history');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Operations').waitFor();
  expect(await page.getByRole('dialog').locator('kbd').allTextContents()).not.toContain('');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await goByKeys('operations');
  await heading('Operations').waitFor();
  await page.keyboard.press('z');
  await page.getByRole('button', { name: /local time/ }).waitFor();
  await page.keyboard.press('t');
  await page.locator('html[data-theme=light]').waitFor();
  await page.keyboard.press('t');
  // The first thing a key reaches leads past the header.
  await page.reload();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  await page.keyboard.press('z');
  await page.keyboard.press('z');
});

test('what is asked for and is not there is said in words', async () => {
  await open(page, 'precedents/ESH4-20240305-NOWHERE-UP-1');
  await page.getByRole('alert').getByText('NOWHERE').waitFor();
  await open(page, 'elsewhere');
  await heading('There is no such view').waitFor();
});

/** Names of prints that have no room in the rows of the tape. */
const CUT_OFF_PRINTS = `['sell stop sweep', 'iceberg ask shows more'].filter((name) => {
  const row = document.querySelector('.scroll.tape tbody tr').cloneNode(true);
  document.querySelector('.scroll.tape tbody').append(row);
  row.lastChild.textContent = name;
  const cutOff = row.lastChild.scrollWidth > row.lastChild.clientWidth;
  row.remove();
  return cutOff;
})`;

const VIEWS = [MARKET, 'history', 'precedents', 'levels', 'alerts', 'models', 'operations'];

test.each([
  { name: 'dark', ...DESK, theme: 'dark' },
  { name: 'light', ...DESK, theme: 'light' },
  { name: 'phone', ...PHONE, theme: 'dark' },
])('every view can be read by everybody, and fits: $name', async ({ name, ...look }) => {
  const { page: seen, context, faults } = await watchedPage(browser, look);
  await open(seen, 'history');
  const precedents = await seen
    .getByRole('link', { name: /^Precedents of/ })
    .first()
    .getAttribute('href');
  for (const view of VIEWS) {
    await open(seen, view === 'precedents' ? precedents!.replace('#/', '') : view);
    if (name !== 'phone') expect({ view, faults: await seriousFaults(seen) }).toEqual({ view, faults: [] });
    const tooWide = Number(await seen.evaluate('document.documentElement.scrollWidth - innerWidth'));
    expect({ view, tooWide: Math.max(0, tooWide) }).toEqual({ view, tooWide: 0 });
    if (view === MARKET) expect(await seen.evaluate(CUT_OFF_PRINTS)).toEqual([]);
    const folder = process.env.SPYMASTER_TEST_SCREENSHOTS;
    if (folder)
      await seen.screenshot({ path: join(folder, `${view.split('/')[0]}-${name}.png`), fullPage: true });
  }
  expect(faults).toEqual([]);
  await context.close();
});

test('while the gateway is away the page says so, keeps what it has, and goes on when it is back', async () => {
  await open(page, 'operations');
  await page.context().setOffline(true);
  await goByKeys('history');
  await page.getByText(/The gateway has not answered for/).waitFor();
  await page.getByRole('alert').first().waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Ask now' }).click();
  await page.getByText(/The gateway has not answered for/).waitFor({ state: 'detached' });
  await heading('Episodes').waitFor();
});
