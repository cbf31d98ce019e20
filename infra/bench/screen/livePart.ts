/** A live market on screens: how soon what is in the hub has been drawn, how often a browser draws, and many screens at once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { TABLES } from '../../../graph/catalog/declaration';
import { sessionOf } from '../../../graph/market/calendar';
import { Lake } from '../../../lake/lake';
import { simulateInto } from '../../../workers/simulator/simulateInto';
import { benchHubs } from '../benchHubs';
import { quantile } from '../quantile';
import { sized } from '../size';
import type { BenchResult } from '../types';
import { GatewayProcess } from './gatewayProcess';
import { PacedFeed, type SentPacket } from './pacedFeed';
import { ScreenClient } from './screenClient';
import { WatchedPage, type Drawn } from './watchedPage';

const CONTRACT = 'ESH4';
const DATE = '2024-03-05';
/** Sent beforehand, a quarter of an hour of the market. */
const BEFORE = { records: sized(90_000, 3000), rate: sized(100, 10) };
const RATE = 2000;
const PACED_SECONDS = sized(20, 1);
const BUSY_RATE = 20_000;
const BUSY_SECONDS = sized(8, 0.2);
const SCREENS = sized(50, 3);
const SCREENS_SECONDS = sized(10, 1);
const RECORDS = BEFORE.records + RATE * (PACED_SECONDS + SCREENS_SECONDS) + BUSY_RATE * BUSY_SECONDS;

export async function livePart(folder: string): Promise<BenchResult[]> {
  const location = join(folder, 'live');
  const lake = await Lake.open(location, TABLES);
  const files = await simulated(folder);
  // A lake is what a raw file was taken into.
  await lake.raw.import(files.find((path) => path.includes('.definition.'))!);
  const orders = files.filter((path) => path.includes('.mbo.'));
  const hubs = await benchHubs(join(folder, 'hubs'));
  const feed = await PacedFeed.open(hubs.connectionString, CONTRACT, orders, RECORDS, begin(lake));
  const gateway = await GatewayProcess.start(location, hubs.connectionString);
  let page: WatchedPage | undefined;
  try {
    await feed.send(BEFORE.records, BEFORE.rate, sized(1000, 10_000));
    page = await WatchedPage.open(gateway.address);
    await page.untilDrawn(feed.sent);
    const firstLoad = await gzipBytes(await page.loaded());
    await page.notes();
    const sent = await feed.send(RATE * PACED_SECONDS, RATE);
    await page.untilDrawn(feed.sent);
    const { chart, ladder } = await page.notes();
    await feed.send(BUSY_RATE * BUSY_SECONDS, BUSY_RATE);
    const busy = await page.notes();
    await page.close();
    return [
      ...drawnResults(sent, chart, ladder),
      framesResult(busy.intervals, busy.chart.length),
      await screensResult(gateway.address, feed),
      {
        name: 'first load of the application',
        value: firstLoad / 1000,
        unit: 'kB gzip',
        target: { wanted: '<= 400', reached: firstLoad <= 400_000 },
      },
    ];
  } finally {
    await page?.close();
    await gateway.stop();
    await feed.close();
    await hubs.stop();
  }
}

/** An hour after the open, ns UTC. */
const begin = (lake: Lake): bigint =>
  sessionOf(DATE, lake.products.contractOf(CONTRACT, DATE).product).rthOpen + 3_600_000_000_000n;

async function simulated(folder: string): Promise<string[]> {
  const { files } = await simulateInto(join(folder, 'raw-live'), {
    symbol: 'ES',
    from: DATE,
    days: 1,
    events: RECORDS,
    strength: 0.15,
    seed: 1,
    options: false,
  });
  return files.map(({ path }) => path);
}

function drawnResults(
  sent: readonly SentPacket[],
  chart: readonly Drawn[],
  ladder: readonly Drawn[],
): BenchResult[] {
  const result = (name: string, drawn: readonly Drawn[], note: string): BenchResult => {
    const latencies = latenciesOf(sent, drawn);
    const at = (share: number) => quantile(latencies, share);
    return {
      name,
      value: at(0.99),
      unit: 'ms',
      target: { wanted: '<= 250', reached: at(0.99) <= 250 },
      note: `${latencies.length} packets at ${RATE} events/s, from their packing by the feed, p50 ${at(0.5).toFixed(0)} ms; ${note}`,
    };
  };
  return [
    result('packed to drawn in the chart, p99', chart, SOFTWARE),
    result('packed to drawn in the ladder, p99', ladder, SOFTWARE),
  ];
}

const SOFTWARE = 'Chromium without a window, drawing by software';

/** Until the first drawing that has a packet's records in it, ms. */
function latenciesOf(sent: readonly SentPacket[], drawn: readonly Drawn[]): number[] {
  let next = 0;
  const latencies: number[] = [];
  for (const { records, packedAt } of sent) {
    while (next < drawn.length && drawn[next][0] < records) next++;
    if (next < drawn.length) latencies.push(drawn[next][1] - packedAt);
  }
  return latencies;
}

/** @param updates of the market that were drawn meanwhile */
function framesResult(intervals: readonly number[], updates: number): BenchResult {
  const total = intervals.reduce((sum, interval) => sum + interval, 0);
  const value = (1000 * intervals.length) / total;
  const slow = quantile(intervals, 0.99);
  return {
    name: `drawings of a browser with ${BUSY_RATE} events/s behind it`,
    value,
    unit: 'frames/s',
    target: { wanted: '>= 59', reached: value >= 59 },
    note: `how often it could draw: p99 of the time between two frames ${slow.toFixed(0)} ms; the market changed in ${((1000 * updates) / total).toFixed(1)} of them a second; ${SOFTWARE}`,
  };
}

/** Many screens at once, each of which has to get everything but frames it was too slow for. */
async function screensResult(address: string, feed: PacedFeed): Promise<BenchResult> {
  const request = { do: 'live', contract: CONTRACT } as const;
  const screens = await Promise.all(
    Array.from({ length: SCREENS }, () => ScreenClient.open(address, request)),
  );
  try {
    const hasAll = (screen: ScreenClient) => () => screen.market.frame?.records === feed.sent;
    await Promise.all(screens.map((screen) => screen.until(hasAll(screen))));
    const before = screens.map(({ frames }) => frames);
    const started = performance.now();
    await feed.send(RATE * SCREENS_SECONDS, RATE);
    await Promise.all(screens.map((screen) => screen.until(hasAll(screen))));
    const seconds = (performance.now() - started) / 1000;
    await sleep(sized(1000, 100));
    const slowest = Math.min(...screens.map(({ frames }, k) => (frames - before[k]) / seconds));
    const gaps = screens.reduce((sum, screen) => sum + screen.gaps, 0);
    const bars = new Set(screens.map((screen) => screen.latest('bars')?.start.at(-1)));
    const lost = screens.filter(({ isOpen }) => !isOpen).length;
    return {
      name: `updates of the slowest of ${SCREENS} screens`,
      value: slowest,
      unit: 'updates/s',
      target: { wanted: '>= 4, nothing lost', reached: slowest >= 4 && gaps + lost === 0 && bars.size === 1 },
      note: `at ${RATE} events/s; ${gaps} frames missing, ${lost} screens given up, the last bar is ${bars.size === 1 ? 'the same on all' : 'not the same on all'}`,
    };
  } finally {
    for (const screen of screens) screen.close();
  }
}

async function gzipBytes(addresses: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const address of new Set(addresses.map((one) => one.replace(/#.*/, '')))) {
    const { pathname } = new URL(address);
    if (pathname.startsWith('/api/')) continue;
    bytes += gzipSync(new Uint8Array(await (await fetch(address)).arrayBuffer())).length;
  }
  return bytes;
}
