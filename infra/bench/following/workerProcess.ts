/** A live worker in a process of its own, which can be killed, and whose memory is nobody else's. */
import { TABLES } from '../../../graph/catalog/declaration';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { nowNs } from '../../../workers/live/clock';
import { followContract, type Followed } from '../../../workers/live/followContract';
import { answering } from './child';

const PART_MS = 10_000;
const NS_PER_MS = 1e6;

interface Following {
  readonly folder: string;
  readonly connection: string;
  readonly contract: string;
  readonly tradeDate: string;
}

/** How far it is, and how long what it has taken was on the way. */
export interface WorkerState {
  /** Order messages of the session, those of workers before it included. */
  readonly records: number;
  /** Seconds from the first to the last progress, and order messages in them. */
  readonly seconds: number;
  readonly recordsThen: number;
  /** When the last came in its own time, ns UTC; 0 before the first. */
  readonly market: bigint;
  /** From packing to taking of what has come since this was asked last, ms. */
  readonly lags: Float64Array;
  /** From receiving to publishing of all results, ms. */
  readonly latencies: Float64Array;
}

const stopping = new AbortController();
let ending: Promise<Followed> | undefined;
let records = 0;
let market = 0n;
let first: { readonly at: number; readonly records: number } | undefined;
let last = 0;
let isCaughtUp = false;
let lags: number[] = [];
const latencies: number[] = [];
const looking = new Set<() => void>();

/** Waits for progress until a condition holds; what ends the worker before ends this too. */
async function until(condition: () => boolean): Promise<void> {
  const failed = ending!.then(() => new Promise<never>(() => {}));
  while (!condition()) await Promise.race([new Promise<void>((resolve) => looking.add(resolve)), failed]);
}

const handlers = {
  /** Resolves when it has begun. */
  async follow({ folder, connection, contract, tradeDate }: Following) {
    const lake = await Lake.open(folder, TABLES);
    await new Promise<void>((begun, failed) => {
      ending = followContract({
        lake,
        features: DEFAULT_SETTINGS,
        connection,
        contract,
        tradeDate,
        partMs: PART_MS,
        once: false,
        again: false,
        run: { workflowId: 'bench', runId: tradeDate },
        signal: stopping.signal,
        tell: {
          begun: () => begun(),
          progress: (counts, caughtUp, { latest }) => {
            last = performance.now();
            if (counts.records > 0) first ??= { at: last, records: counts.records };
            // What has come before is no news.
            if (latest && counts.records > records)
              lags.push(Number(nowNs() - latest.packet.packedAt) / NS_PER_MS);
            ({ records } = counts);
            isCaughtUp = caughtUp;
            market = latest?.packet.lastTsRecv ?? 0n;
            for (const look of looking) look();
            looking.clear();
          },
          result: ({ latency }) => latencies.push(Number(nowNs() - BigInt(latency.received)) / NS_PER_MS),
          poisoned: () => {},
          takenOver: () => {},
        },
      });
      ending.catch(failed);
    });
  },

  /** Resolves when it has taken so many order messages. */
  taken: (count: number) => until(() => records >= count),

  /** Resolves when it has taken all there is. */
  caughtUp: () => until(() => isCaughtUp && records > 0),

  state(): WorkerState {
    const told = Float64Array.from(lags);
    lags = [];
    return {
      records,
      seconds: first ? (last - first.at) / 1000 : 0,
      recordsThen: first ? records - first.records : 0,
      market,
      lags: told,
      latencies: Float64Array.from(latencies),
    };
  },

  /** Resolves when it has written all it has. */
  async stop() {
    stopping.abort();
    await ending;
  },
};

export type WorkerHandlers = typeof handlers;

answering(handlers);
