/** How far a backfill has come: the state of every build of its plan. Pure, and carried from run to run. */
import type { BuildResult } from '../activities/planning/builds';
import { LAYERS, type Layer } from '../graph/datasets/layers';
import { keyText, label } from '../graph/datasets/units';
import { layersIn, packItem, stateOf, unpackItem, type Item, type State } from '../graph/planning/items';

/** Failures kept with their messages; of further ones only the states are kept. */
const MAX_FAILURES = 200;
const MAX_MESSAGE = 300;
/** Lists in answers to queries end here. */
const MAX_LISTED = 50;
const PAGE_ROWS = 100;
/** Rows of the grid in the Temporal UI. */
const GRID_ROWS = 40;
/** Finished builds over which the rate is taken. */
const RATE_WINDOW = 32;

export interface FailedBuild {
  /** `ESH4/2024-01-02`. */
  key: string;
  type: string;
  message: string;
}

/** What one run of the workflow hands to the next. */
export interface SavedBackfill {
  items: string[];
  failures: FailedBuild[];
}

/** Builds by state; `done` are those that have ended by themselves. */
export type Counts = Partial<Record<State, number>> & { total: number; done: number };

export interface Progress {
  counts: Counts;
  /** Builds finished a minute, over the last ones; null before the first. */
  perMinute: number | null;
  /** Seconds until the end at that rate; null when it is not known. */
  etaSeconds: number | null;
  /** At most 50 of each, as `ESH4 2024-01-02`. */
  running: string[];
  failed: FailedBuild[];
}

export interface PartitionPage {
  page: number;
  pages: number;
  rows: { key: string; layers: Record<Layer, State> }[];
}

const NOT_DONE: ReadonlySet<State> = new Set(['waiting', 'running']);

export class BackfillState {
  private readonly items: Item[];
  private readonly failures: Map<string, FailedBuild>;
  /** Times of the last finished builds, ms; the first is when counting began. */
  private finished: number[];
  /** Running builds that have read, or may have read, what is being built again; none outlive a run of the workflow. */
  private readonly overtaken = new Set<Item>();

  constructor(state: SavedBackfill, now: number) {
    this.items = state.items.map(unpackItem);
    this.failures = new Map(state.failures.map((failure) => [failure.key, failure]));
    this.finished = [now];
  }

  save(): SavedBackfill {
    return { items: this.items.map(packItem), failures: [...this.failures.values()] };
  }

  /** The next build, in the plan's order, that waits for no other one. */
  next(): Item | undefined {
    return this.items.find((item) => stateOf(item) === 'waiting' && this.mayBegin(item));
  }

  /** Marks the waiting layers of a build as running, and returns them. */
  begin(item: Item): Layer[] {
    const layers = layersIn(item, 'waiting');
    for (const layer of layers) item.states[layer] = 'running';
    return layers;
  }

  /** Records how a build ended; layers missing from the result failed with it. */
  finish(item: Item, now: number, result?: BuildResult, failure?: { type: string; message: string }): void {
    for (const layer of layersIn(item, 'running')) {
      const outcome = result?.layers.find((one) => one.layer === layer);
      item.states[layer] = outcome?.status ?? 'failed';
    }
    if (failure && this.failures.size < MAX_FAILURES) {
      const key = keyText(item.scope);
      const message = failure.message.slice(0, MAX_MESSAGE);
      this.failures.set(key, { key, type: failure.type, message });
    }
    if (this.overtaken.delete(item)) redo(item);
    this.finished.push(now);
    if (this.finished.length > RATE_WINDOW) this.finished.shift();
  }

  /** Marks the running layers of a build as cancelled. */
  cancel(item: Item): void {
    for (const layer of layersIn(item, 'running')) item.states[layer] = 'cancelled';
  }

  /**
   * Puts failed builds back among the waiting ones, without the layers that were built, and with them those that have read what the
   * failed ones left. Returns how many had failed.
   */
  retryFailed(): number {
    const failed = this.items.filter((item) => stateOf(item) === 'failed');
    for (const item of failed) {
      const again = [...layersIn(item, 'failed'), ...layersIn(item, 'skipped')];
      for (const layer of again) item.states[layer] = 'waiting';
      this.failures.delete(keyText(item.scope));
    }
    for (const item of this.items) {
      if (this.mayBegin(item)) continue;
      if (stateOf(item) === 'running') this.overtaken.add(item);
      else redo(item);
    }
    return failed.length;
  }

  /** Measures the rate from now on: builds before a pause, and the pause, do not count. */
  restartClock(now: number): void {
    this.finished = [now];
  }

  /** Builds of the whole plan, those of earlier runs among them. */
  get total(): number {
    return this.items.length;
  }

  counts(): Counts {
    const counts: Counts = { total: this.total, done: 0 };
    for (const item of this.items) {
      const state = stateOf(item);
      counts[state] = (counts[state] ?? 0) + 1;
      if (!NOT_DONE.has(state) && state !== 'cancelled') counts.done++;
    }
    return counts;
  }

  progress(): Progress {
    const counts = this.counts();
    const perMinute = this.perMinute();
    const left = counts.total - counts.done;
    return {
      counts,
      perMinute,
      etaSeconds: perMinute === null ? null : Math.round((left / perMinute) * 60),
      running: this.listed('running'),
      failed: [...this.failures.values()].slice(0, MAX_LISTED),
    };
  }

  /** Builds in a state, at most 50, as `ESH4 2024-01-02`. */
  listed(state: State): string[] {
    return this.items
      .filter((item) => stateOf(item) === state)
      .slice(0, MAX_LISTED)
      .map(({ scope }) => label(scope));
  }

  /** One page of the plan, layer by layer; pages count from 0. */
  page(page: number): PartitionPage {
    return {
      page,
      pages: Math.ceil(this.items.length / PAGE_ROWS),
      rows: this.items
        .slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS)
        .map(({ scope, states }) => ({ key: keyText(scope), layers: { ...states } })),
    };
  }

  /** The grid of builds and layers in Markdown: what failed and what runs first, then the latest of the rest. */
  grid(): string {
    const urgent = this.items.filter((item) => ['failed', 'running', 'cancelled'].includes(stateOf(item)));
    const done = this.items.filter((item) =>
      ['published', 'current', 'blocked', 'no_data'].includes(stateOf(item)),
    );
    const shown = urgent.slice(0, GRID_ROWS);
    const room = GRID_ROWS - shown.length;
    if (room > 0) shown.push(...done.slice(-room));
    const cell = (state: State) => (state === 'unasked' ? '' : state);
    const rows = shown.map(({ scope, states }) => [
      label(scope),
      ...LAYERS.map((layer) => cell(states[layer])),
    ]);
    const hidden = this.items.length - shown.length;
    return [['build', ...LAYERS], ['---', ...LAYERS.map(() => '---')], ...rows]
      .map((row) => `| ${row.join(' | ')} |`)
      .concat(hidden > 0 ? [`\n${hidden} more; the query \`partitions\` lists all`] : [])
      .join('\n');
  }

  /** Whether every build it reads from has ended. */
  private mayBegin({ after }: Item): boolean {
    return after.every(([first, last]) => {
      for (let place = first; place <= last; place++)
        if (NOT_DONE.has(stateOf(this.items[place]))) return false;
      return true;
    });
  }

  private perMinute(): number | null {
    const span = (this.finished.at(-1) as number) - this.finished[0];
    return span > 0 ? ((this.finished.length - 1) / span) * 60_000 : null;
  }
}

/** Puts a build that has ended back among the waiting ones: something it has read is built again. */
function redo({ states }: Item): void {
  for (const layer of LAYERS) if (states[layer] !== 'unasked') states[layer] = 'waiting';
}
