/** The books of a backfill: how every contract-date of its plan stands. Pure, and carried from run to run. */
import type { BuildResult } from '../activities/planning/builds';
import { LAYERS, type Layer } from '../graph/datasets/layers';
import {
  MARKS,
  keyOf,
  layersMarked,
  markName,
  packItem,
  standing,
  unpackItem,
  type MarkName,
  type MarkedItem,
} from '../graph/planning/marks';

/** Failures a run remembers in full; the marks know of the others. */
const MAX_FAILURES = 200;
const MAX_MESSAGE = 300;
/** Lists in answers to queries end here. */
const MAX_LISTED = 50;
const PAGE_ROWS = 100;
/** Rows of the grid in the Temporal UI. */
const GRID_ROWS = 40;
/** Finished builds over which the rate is taken. */
const RATE_WINDOW = 32;

export interface FailedPartition {
  contract: string;
  tradeDate: string;
  type: string;
  message: string;
}

/** What one run of the workflow hands to the next. */
export interface LedgerState {
  items: string[];
  failures: FailedPartition[];
}

/** Contract-dates by how they stand. */
export type Counts = Partial<Record<MarkName, number>> & { total: number; done: number };

export interface LedgerProgress {
  counts: Counts;
  /** Contract-dates finished a minute, over the last ones; null before the first. */
  perMinute: number | null;
  /** Seconds until the end at that rate; null when it is not known. */
  etaSeconds: number | null;
  /** At most 50 of each, as `ESH4 2024-01-02`. */
  running: string[];
  failed: FailedPartition[];
}

export interface PartitionPage {
  page: number;
  pages: number;
  rows: { contract: string; tradeDate: string; layers: Record<Layer, MarkName> }[];
}

const NOT_DONE: ReadonlySet<MarkName> = new Set(['waiting', 'running']);

export class Ledger {
  private readonly items: MarkedItem[];
  private readonly failures: Map<string, FailedPartition>;
  /** Times of the last finished builds, ms; the first is when counting began. */
  private finished: number[];

  constructor(state: LedgerState, now: number) {
    this.items = state.items.map(unpackItem);
    this.failures = new Map(state.failures.map((failure) => [keyOf(failure), failure]));
    this.finished = [now];
  }

  state(): LedgerState {
    return { items: this.items.map(packItem), failures: [...this.failures.values()] };
  }

  /** The next contract-date to build, in the plan's order. */
  next(): MarkedItem | undefined {
    return this.items.find((item) => standing(item) === 'waiting');
  }

  /** Marks the waiting layers as running and names them. */
  begin(item: MarkedItem): Layer[] {
    const layers = layersMarked(item, MARKS.waiting);
    for (const layer of layers) item.marks[layer] = MARKS.running;
    return layers;
  }

  /** Enters how a build ended; a layer it says nothing of failed with it. */
  finish(
    item: MarkedItem,
    now: number,
    result?: BuildResult,
    failure?: { type: string; message: string },
  ): void {
    for (const layer of layersMarked(item, MARKS.running)) {
      const outcome = result?.layers.find((one) => one.layer === layer);
      item.marks[layer] = MARKS[outcome?.status ?? 'failed'];
    }
    const { contract, tradeDate } = item;
    if (failure && this.failures.size < MAX_FAILURES) {
      const message = failure.message.slice(0, MAX_MESSAGE);
      this.failures.set(keyOf(item), { contract, tradeDate, type: failure.type, message });
    }
    this.finished.push(now);
    if (this.finished.length > RATE_WINDOW) this.finished.shift();
  }

  /** Enters that a build was cancelled before its end. */
  cancel(item: MarkedItem): void {
    for (const layer of layersMarked(item, MARKS.running)) item.marks[layer] = MARKS.cancelled;
  }

  /** Puts failed contract-dates back among the waiting ones, without the layers that were built. Returns how many. */
  retryFailed(): number {
    const failed = this.items.filter((item) => standing(item) === 'failed');
    for (const item of failed) {
      const again = [...layersMarked(item, MARKS.failed), ...layersMarked(item, MARKS.skipped)];
      for (const layer of again) item.marks[layer] = MARKS.waiting;
      this.failures.delete(keyOf(item));
    }
    return failed.length;
  }

  /** Counts the rate from now on: what happened before a pause says nothing of it. */
  restartClock(now: number): void {
    this.finished = [now];
  }

  counts(): Counts {
    const counts: Counts = { total: this.items.length, done: 0 };
    for (const item of this.items) {
      const name = standing(item);
      counts[name] = (counts[name] ?? 0) + 1;
      if (!NOT_DONE.has(name)) counts.done++;
    }
    return counts;
  }

  progress(): LedgerProgress {
    const counts = this.counts();
    const perMinute = this.perMinute();
    const left = counts.total - counts.done;
    return {
      counts,
      perMinute,
      etaSeconds: perMinute === null ? null : Math.round((left / perMinute) * 60),
      running: this.keys('running'),
      failed: [...this.failures.values()].slice(0, MAX_LISTED),
    };
  }

  /** Contract-dates standing so, at most 50. */
  keys(name: MarkName): string[] {
    return this.items
      .filter((item) => standing(item) === name)
      .slice(0, MAX_LISTED)
      .map(keyOf);
  }

  /** One page of the plan, layer by layer; pages count from 0. */
  page(page: number): PartitionPage {
    return {
      page,
      pages: Math.ceil(this.items.length / PAGE_ROWS),
      rows: this.items
        .slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS)
        .map(({ contract, tradeDate, marks }) => ({
          contract,
          tradeDate,
          layers: Object.fromEntries(LAYERS.map((layer) => [layer, markName(marks[layer])])) as Record<
            Layer,
            MarkName
          >,
        })),
    };
  }

  /** The grid contract x date x layer in Markdown: what failed and what runs first, then the latest of the rest. */
  grid(): string {
    const urgent = this.items.filter((item) => ['failed', 'running', 'cancelled'].includes(standing(item)));
    const done = this.items.filter((item) =>
      ['published', 'current', 'blocked', 'no_data'].includes(standing(item)),
    );
    const shown = urgent.slice(0, GRID_ROWS);
    const room = GRID_ROWS - shown.length;
    if (room > 0) shown.push(...done.slice(-room));
    const cells = (item: MarkedItem) => LAYERS.map((layer) => markName(item.marks[layer]));
    const rows = shown.map((item) => [item.contract, item.tradeDate, ...cells(item)]);
    const hidden = this.items.length - shown.length;
    return [['contract', 'trade date', ...LAYERS], ['---', '---', ...LAYERS.map(() => '---')], ...rows]
      .map((row) => `| ${row.join(' | ')} |`)
      .concat(hidden > 0 ? [`\n${hidden} more; the query \`partitions\` lists all`] : [])
      .join('\n');
  }

  private perMinute(): number | null {
    const span = (this.finished.at(-1) as number) - this.finished[0];
    return span > 0 ? ((this.finished.length - 1) / span) * 60_000 : null;
  }
}
