/**
 * Feed, hubs and live worker at work, each a process: whether they keep up with a busy market on this machine, and what they take of it;
 * how fast a worker catches up, on what a feed has sent while nobody followed and after it was killed; how soon a touch is answered.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../root';
import { simulateInto } from '../../workers/simulator/simulateInto';
import type { HubsProcess } from '../eventhubs/process';
import { benchHubs } from './benchHubs';
import { Child, type Usage } from './following/child';
import type { FeedHandlers } from './following/feedProcess';
import type { WorkerHandlers } from './following/workerProcess';
import { quantile } from './quantile';
import { SMOKE, sized } from './size';
import type { BenchResult } from './types';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
/** As long as a feed lets records wait for others. */
const LINGER_MS = 5;
/** Of a session in a busy market, order messages and how many come in a second. */
const BUSY = { events: sized(3_000_000, 10_000), rate: 20_000 };
/** Seconds until everything has warmed up, and those that are looked at after them. */
const WARM_UP = sized(15, 0);
const WATCHED = sized(100, 1);
/** How often memory is looked at meanwhile. */
const LOOKS = sized(20, 2);
/** Of a session that shows how soon touches are answered. */
const CALM = { events: sized(120_000, 10_000), rate: 2000 };
/** Order messages of a packet when a gateway serves a session as fast as it is taken. */
const FULL_PACKET = 2000;
/** Order messages/s of a worker that catches up. */
const CATCH_UP = 300_000;
/** A lag that has grown less has not: ms. */
const NO_GROWTH_MS = 50;
const MEGABYTE = 1e6;
const NS_PER_HOUR = 3.6e12;

export async function* liveWorkerResults(): AsyncGenerator<BenchResult> {
  const bench = new LiveBench(mkdtempSync(join(tmpdir(), 'spymaster-bench-')));
  try {
    yield* bench.busyMarket();
    // It runs through nothing that the others do not.
    if (!SMOKE) yield* bench.backlog();
    yield* bench.calmMarket();
  } finally {
    await bench.end();
  }
}

class LiveBench {
  private readonly children: { kill(): Promise<void> }[] = [];
  private readonly hubs = new Set<HubsProcess>();
  private folders = 0;
  private readonly simulated = new Map<number, readonly string[]>();

  constructor(private readonly folder: string) {}

  async end(): Promise<void> {
    for (const child of this.children) await child.kill();
    for (const hubs of this.hubs) await this.stop(hubs);
    rmSync(this.folder, { recursive: true });
  }

  /** A session at the pace of a busy market; its worker is killed, and another one follows all of it from the beginning. */
  async *busyMarket(): AsyncGenerator<BenchResult> {
    const hubs = await this.newHubs();
    const feed = this.child<FeedHandlers>('feedProcess');
    const lake = this.newLake();
    const worker = await this.worker(hubs, lake);
    const { rate } = BUSY;
    const sending = feed.ask('send', {
      ...(await this.session(hubs, BUSY.events)),
      rate: sized(rate, Infinity),
      together: togetherAt(rate),
    });
    // Whatever it fails with is told where it is awaited.
    sending.catch(() => {});
    await sleep(WARM_UP * 1000);
    await worker.ask('taken', 1);
    yield* busyFigures(await this.watch({ feed, hubs, worker }));

    await worker.kill();
    const killed = performance.now();
    const next = await this.worker(hubs, lake);
    await next.ask('caughtUp', undefined);
    const again = (performance.now() - killed) / 1000;
    yield {
      name: 'live worker, killed to caught up',
      value: again,
      unit: 's',
      target: { wanted: '<= 10', reached: again <= 10 },
      note: `start of the process included, while ${rate} messages/s go on coming`,
    };
    const { records } = await sending;
    await next.ask('taken', records);
    await next.ask('stop', undefined);
    await next.kill();
    await feed.kill();
    yield* this.catchUp(hubs, records, `as a feed packs them at ${rate}/s`, togetherAt(rate));
    await this.stop(hubs);
  }

  /** A session that waits in the hub, as a gateway serves it as fast as it is taken. */
  async *backlog(): AsyncGenerator<BenchResult> {
    const hubs = await this.newHubs();
    const feed = this.child<FeedHandlers>('feedProcess');
    const { records } = await feed.ask('send', {
      ...(await this.session(hubs, BUSY.events)),
      rate: Infinity,
      together: FULL_PACKET,
    });
    await feed.kill();
    yield* this.catchUp(hubs, records, 'as a gateway serves them at full speed', FULL_PACKET);
    await this.stop(hubs);
  }

  async *calmMarket(): AsyncGenerator<BenchResult> {
    const hubs = await this.newHubs();
    const feed = this.child<FeedHandlers>('feedProcess');
    const worker = await this.worker(hubs, this.newLake());
    const { rate } = CALM;
    const { records } = await feed.ask('send', {
      ...(await this.session(hubs, CALM.events)),
      rate: sized(rate, Infinity),
      together: togetherAt(rate),
    });
    await worker.ask('taken', records);
    const state = await worker.ask('state', undefined);
    await worker.ask('stop', undefined);
    const { latencies } = await worker.ask('state', undefined);
    await Promise.all([worker.kill(), feed.kill()]);
    await this.stop(hubs);
    const p99 = quantile(latencies, 0.99);
    yield {
      name: 'received to published, p99',
      value: p99,
      unit: 'ms',
      target: { wanted: '<= 100', reached: p99 <= 100 },
      note: `${latencies.length} results at ${rate} messages/s, p50 ${quantile(latencies, 0.5).toFixed(1)} ms; before it, from packing to receiving and taking, p50 ${quantile(state.lags, 0.5).toFixed(1)} ms, of which the client waits 20 in any case`,
    };
  }

  private async *catchUp(
    hubs: HubsProcess,
    count: number,
    packed: string,
    together: number,
  ): AsyncGenerator<BenchResult> {
    const started = performance.now();
    const cpu = await cpuOf(hubs);
    const worker = await this.worker(hubs, this.newLake());
    await worker.ask('taken', count);
    const seconds = (performance.now() - started) / 1000;
    const state = await worker.ask('state', undefined);
    const { cpuSeconds } = await worker.usage();
    const ofHubs = (await cpuOf(hubs)) - cpu;
    await worker.ask('stop', undefined);
    await worker.kill();
    const rate = state.recordsThen / Math.max(state.seconds, 1e-3);
    yield {
      name: `live worker, catch-up of packets of ${together}`,
      value: rate,
      unit: 'messages/s',
      target: { wanted: `>= ${CATCH_UP}`, reached: rate >= CATCH_UP },
      note: `${count} order messages, ${packed}, through all operators into Bronze, Silver and Gold; ${seconds.toFixed(1)} s with the start of the process; CPU ${cpuSeconds.toFixed(1)} s, of the hubs ${ofHubs.toFixed(1)} s`,
    };
  }

  /** Looks at three processes for a while. */
  private async watch(processes: Processes): Promise<Look[]> {
    const looks: Look[] = [await look(processes)];
    for (let n = 0; n < LOOKS; n++) {
      await sleep((WATCHED * 1000) / LOOKS);
      looks.push(await look(processes));
    }
    return looks;
  }

  /** What a feed is to send: a simulated trade date, which is made once. */
  private async session({ connectionString: connection }: HubsProcess, events: number) {
    let files = this.simulated.get(events);
    if (!files) this.simulated.set(events, (files = await this.simulate(events)));
    return { connection, contract: CONTRACT, files };
  }

  private async simulate(events: number): Promise<string[]> {
    const folder = join(this.folder, `raw-${events}`);
    const { files } = await simulateInto(folder, {
      symbol: 'ES',
      from: TRADE_DATE,
      days: 1,
      events,
      strength: 0.8,
      seed: 1,
      options: false,
    });
    return files.map(({ path }) => path).filter((path) => path.includes('.mbo.'));
  }

  private async worker(hubs: HubsProcess, folder: string): Promise<Child<WorkerHandlers>> {
    const worker = this.child<WorkerHandlers>('workerProcess');
    await worker.ask('follow', {
      folder,
      connection: hubs.connectionString,
      contract: CONTRACT,
      tradeDate: TRADE_DATE,
    });
    return worker;
  }

  private child<Own extends Record<string, (given: never) => unknown>>(name: string): Child<Own> {
    const child = new Child<Own>(join(PROJECT_ROOT, 'dist', 'infra', 'bench', 'following', `${name}.js`));
    this.children.push(child);
    return child;
  }

  private newLake(): string {
    return join(this.folder, `lake-${this.folders++}`);
  }

  private async newHubs(): Promise<HubsProcess> {
    const hubs = await benchHubs(join(this.folder, `hubs-${this.folders++}`));
    this.hubs.add(hubs);
    return hubs;
  }

  private async stop(hubs: HubsProcess): Promise<void> {
    this.hubs.delete(hubs);
    await hubs.stop();
  }
}

interface Processes {
  readonly feed: Child<FeedHandlers>;
  readonly hubs: HubsProcess;
  readonly worker: Child<WorkerHandlers>;
}

/** What the processes are like at a moment, and what the worker has done since the one before. */
interface Look {
  readonly at: number;
  readonly records: number;
  readonly market: bigint;
  readonly lags: Float64Array;
  readonly cpu: { readonly feed: number; readonly hubs: number; readonly worker: number };
  readonly worker: Usage;
}

async function look({ feed, hubs, worker }: Processes): Promise<Look> {
  const [state, ofFeed, ofWorker, ofHubs] = [
    await worker.ask('state', undefined),
    await feed.usage(),
    await worker.usage(),
    await cpuOf(hubs),
  ];
  return {
    at: performance.now(),
    records: state.records,
    market: state.market,
    lags: state.lags,
    cpu: { feed: ofFeed.cpuSeconds, hubs: ofHubs, worker: ofWorker.cpuSeconds },
    worker: ofWorker,
  };
}

function* busyFigures(looks: readonly Look[]): Generator<BenchResult> {
  const [begin, end] = [looks[0], looks.at(-1)!];
  const seconds = (end.at - begin.at) / 1000;
  const rate = (end.records - begin.records) / seconds;
  const watched = looks.slice(1);
  const third = Math.ceil(watched.length / 3);
  const lagsOf = (some: readonly Look[]) => Float64Array.from(some.flatMap(({ lags }) => [...lags]));
  const [early, late] = [lagsOf(watched.slice(0, third)), lagsOf(watched.slice(-third))];
  const grown = quantile(late, 0.5) - quantile(early, 0.5);
  const lag = (of: Float64Array) =>
    `p50 ${quantile(of, 0.5).toFixed(0)}, p99 ${quantile(of, 0.99).toFixed(0)} ms`;
  yield {
    name: 'feed, hubs and live worker, sustained',
    value: rate,
    unit: 'messages/s',
    target: {
      wanted: `${BUSY.rate}, lag not growing`,
      reached: rate >= 0.99 * BUSY.rate && grown <= NO_GROWTH_MS,
    },
    note: `for ${seconds.toFixed(0)} s; from packing to taking ${lag(early)} in the first third, ${lag(late)} in the last, of which the client waits 20 in any case`,
  };
  const share = (of: keyof Look['cpu']) => (end.cpu[of] - begin.cpu[of]) / seconds;
  const [feed, hubs, worker] = [share('feed'), share('hubs'), share('worker')];
  yield {
    name: `CPU at ${BUSY.rate} messages/s`,
    value: feed + hubs + worker,
    unit: 'cores',
    target: { wanted: '<= 2', reached: feed + hubs + worker <= 2 },
    note: `feed ${feed.toFixed(2)}, hubs ${hubs.toFixed(2)}, live worker ${worker.toFixed(2)}`,
  };
  const held = watched.map((one) => one.worker.heldBytes / MEGABYTE);
  const resident = watched.map((one) => one.worker.residentBytes / MEGABYTE);
  const grownBy = quantile(held.slice(-third), 0.5) - quantile(held.slice(0, third), 0.5);
  const hours = Number(watched.at(-third)!.market - watched[0].market) / NS_PER_HOUR;
  const growth = grownBy / Math.max(hours, 1e-3);
  yield {
    name: "growth of a live worker's memory in an hour of the market",
    value: growth,
    unit: 'MB',
    target: { wanted: '<= 2', reached: growth <= 2 },
    note: `from the first third of the time to the last, ${hours.toFixed(1)} hours of the market; held after collection, in turn: ${held.map((one) => one.toFixed(0)).join(' ')} MB, resident ${resident[0].toFixed(0)} to ${resident.at(-1)!.toFixed(0)} MB`,
  };
}

/** Order messages that a feed puts into a packet where so many come in a second. */
const togetherAt = (rate: number): number => Math.round((rate * LINGER_MS) / 1000);

/** Seconds of CPU that the hubs have taken. */
async function cpuOf({ metrics }: HubsProcess): Promise<number> {
  const text = await (await fetch(metrics!)).text();
  return Number(/^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(text)![1]);
}
