/**
 * Past episodes, held so that the nearest of those known before a session are found exactly and fast.
 *
 * Rows are in order of time, so that what was known before a session is a prefix. They lie in blocks, each of one partition and of one
 * set of groups without data; a block holds the weighted dimensions of the groups that have data, and is searched whole: the result is that of
 * comparing with every row.
 */
import type { IsoDate } from '../market/days';
import { FEATURES, GROUP_RANGES, GROUPS, type FeatureGroup } from '../vectors/features';
import { normalise, type Normalisation } from '../vectors/normalise';
import type { BaseRate, BaseRates } from './baseRates';
import { commonGroups, groupMasses, rescaling, type Weights } from './distance';
import type { Masked, PastEpisode, Touch } from './episodes';
import { Nearest } from './nearest';
import type { EpisodePart, OrderedEpisodes } from './orderedEpisodes';
import { isOnRung, partitionName, RUNGS, type PrecedentPartition, type Rung } from './partition';
import { LANES, RowScan, type RowBlock, type RowQuery } from './rowScan';
import { K, Selection } from './selection';

/** A rung of the ladder is wide enough with this many episodes: the nearest are then a small part of them. */
export const ENOUGH = 5 * K;

/** Floats of a row with all dimensions, each group padded. */
const MOST_FLOATS = FEATURES.length + GROUPS.length * LANES;

/** An episode with its distance from the touch it was looked for. */
export interface Precedent {
  readonly episode: PastEpisode;
  /** Place among all, in order of time. */
  readonly row: number;
  /** Squared. */
  readonly distance: number;
}

export interface Found {
  /** Where precedents were looked for. */
  readonly rung: Rung;
  /** Episodes there that were known before. */
  readonly candidates: number;
  /** How those ended, by a horizon in minutes, or the primary one. */
  readonly base: (minutes?: number) => BaseRate;
  /** Nearest first, as many as the rules of selection allow. */
  readonly precedents: readonly Precedent[];
}

export interface SearchOptions {
  /** Which episodes may be found; all, without. */
  readonly filter?: (episode: PastEpisode) => boolean;
  /** Precedents looked for. */
  readonly most?: number;
}

/** How rows with one set of masked groups lie in memory. */
interface Layout {
  readonly masked: Masked;
  /** Where each group's floats begin and end in a row; groups without weight or data have none. */
  readonly groups: ReadonlyMap<FeatureGroup, { from: number; to: number }>;
  /** Floats a row. */
  readonly stride: number;
}

/** Episodes of one partition and one set of masked groups; rows are called by their places in the order of time, ascending. */
interface Block extends RowBlock {
  readonly partition: PrecedentPartition;
  readonly layout: Layout;
}

export class PrecedentIndex {
  /** In order of time, those whose outcome at the primary horizon is known. */
  readonly episodes: readonly PastEpisode[];
  private readonly blocks: readonly Block[];
  private readonly kept: ReadonlyMap<FeatureGroup, Int32Array>;
  private readonly masses: Record<FeatureGroup, number>;
  private readonly scan: RowScan;
  private readonly base: BaseRates;

  /** @param wasm whether to compare in WebAssembly; the result is the same */
  constructor(
    episodes: OrderedEpisodes,
    readonly normalisation: Normalisation,
    readonly weights: Weights,
    wasm = true,
  ) {
    this.episodes = episodes.all;
    this.base = episodes.base;
    this.masses = groupMasses(weights);
    this.kept = new Map(
      GROUPS.map((group) => {
        const { start, end } = GROUP_RANGES[group];
        const places = Array.from({ length: end - start }, (_, k) => start + k);
        return [group, Int32Array.from(places.filter((k) => weights[k] !== 0))];
      }),
    );
    this.blocks = this.layOut(episodes.parts);
    const last = this.blocks.at(-1);
    const longest = Math.max(0, ...this.blocks.map(({ rows }) => rows.length));
    const capacity = last ? last.from + last.rows.length * last.layout.stride : 0;
    this.scan = new RowScan(MOST_FLOATS, longest, capacity, wasm);
    this.fill();
    this.scan.ready(this.blocks);
  }

  /** Horizons of the outcomes, ascending. */
  get minutes(): readonly number[] {
    return this.base.minutes;
  }

  /** Bytes of the vectors. */
  get bytes(): number {
    return this.scan.bytes;
  }

  /** Sessions with episodes before a session. */
  sessionsBefore(session: IsoDate): number {
    return this.base.sessionsIn(this.before(session));
  }

  /** The nearest episodes of sessions before that of the touch, from the lowest rung of the ladder that holds enough. */
  search(touch: Touch, { filter, most = K }: SearchOptions = {}): Found {
    const before = this.before(touch.session);
    const allowed = filter && this.allowed(filter, before);
    const { rung, pool, candidates } = this.lowestRung(touch, before, allowed);
    const known = filter === undefined ? `${rung} ${partitionName(touch)} ${before}` : undefined;
    let searched: readonly number[] | undefined;
    const base = (minutes?: number) =>
      this.base.of(() => (searched ??= this.rowsOf(pool, allowed)), known, minutes);
    for (let wanted = 2 * most; ; wanted *= 4) {
      const selection = new Selection(most);
      const precedents: Precedent[] = [];
      const { rows, distances } = this.nearest(touch, pool, allowed, Math.min(wanted, candidates));
      for (let k = 0; k < rows.length && !selection.full; k++) {
        const row = rows[k];
        const episode = this.episodes[row];
        if (selection.take(episode)) precedents.push({ episode, row, distance: distances[k] });
      }
      if (selection.full || wanted >= candidates) return { rung, candidates, base, precedents };
    }
  }

  /** Rows of sessions before a session. */
  private before(session: IsoDate): number {
    return countWhile(this.episodes.length, (row) => this.episodes[row].session < session);
  }

  private allowed(filter: (episode: PastEpisode) => boolean, before: number): Uint8Array {
    const allowed = new Uint8Array(this.episodes.length);
    for (let row = 0; row < before; row++) allowed[row] = filter(this.episodes[row]) ? 1 : 0;
    return allowed;
  }

  private lowestRung(touch: Touch, before: number, allowed?: Uint8Array) {
    for (const rung of RUNGS) {
      const pool: Known[] = [];
      let candidates = 0;
      for (const block of this.blocks) {
        if (!isOnRung(rung, touch, block.partition)) continue;
        const { rows } = block;
        const known = countWhile(rows.length, (k) => rows[k] < before);
        pool.push({ block, known });
        if (!allowed) candidates += known;
        else for (let k = 0; k < known; k++) candidates += allowed[rows[k]];
      }
      if (candidates >= ENOUGH || rung === 'all') return { rung, pool, candidates };
    }
    throw new Error('The last rung holds whatever there is');
  }

  /** Ascending. */
  private rowsOf(pool: readonly Known[], allowed?: Uint8Array): number[] {
    const marked = new Uint8Array(this.episodes.length);
    for (const { block, known } of pool)
      for (let k = 0; k < known; k++) marked[block.rows[k]] = allowed ? allowed[block.rows[k]] : 1;
    const rows: number[] = [];
    for (let row = 0; row < marked.length; row++) if (marked[row] === 1) rows.push(row);
    return rows;
  }

  private nearest(touch: Touch, pool: readonly Known[], allowed: Uint8Array | undefined, most: number) {
    const nearest = new Nearest(most);
    if (most === 0) return nearest.inOrder();
    const packed = new Map<Layout, RowQuery | undefined>();
    for (const { block, known } of pool) {
      const { layout } = block;
      if (!packed.has(layout)) packed.set(layout, this.pack(touch, layout));
      const query = packed.get(layout);
      if (query) this.scan.offer(query, block, known, nearest, allowed);
    }
    return nearest.inOrder();
  }

  /** Undefined where query and rows have no weighted group in common. */
  private pack(touch: Touch, { masked, groups }: Layout): RowQuery | undefined {
    const common = commonGroups(this.masses, touch.masked, masked);
    if (common.length === 0) return undefined;
    const vector = normalise(touch.raw, touch.masked, this.normalisation);
    const floats = new Float32Array(MOST_FLOATS);
    const runs: { from: number; to: number }[] = [];
    for (const group of common) {
      const { from, to } = groups.get(group)!;
      this.kept.get(group)!.forEach((k, j) => (floats[from + j] = vector[k] * this.weights[k]));
      const last = runs.at(-1);
      if (last?.to === from) last.to = to;
      else runs.push({ from, to });
    }
    // Groups that lie side by side are compared in one go.
    return {
      runs: runs.map(({ from, to }) => ({ from, query: floats.slice(from, to) })),
      scale: rescaling(this.masses, common),
    };
  }

  private layOut(parts: readonly EpisodePart[]): Block[] {
    const layouts = new Map<string, Layout>();
    let next = 0;
    return parts.map(({ partition, masked, rows }) => {
      const key = GROUPS.map((group) => masked[group]).join();
      const layout = layouts.get(key) ?? this.layoutOf(masked);
      layouts.set(key, layout);
      const { stride } = layout;
      const from = next;
      next += rows.length * stride;
      return { partition, layout, from, stride, rows };
    });
  }

  private layoutOf(masked: Masked): Layout {
    const groups = new Map<FeatureGroup, { from: number; to: number }>();
    let stride = 0;
    for (const group of GROUPS) {
      const kept = this.kept.get(group)!.length;
      if (masked[group] || kept === 0) continue;
      const to = stride + Math.ceil(kept / LANES) * LANES;
      groups.set(group, { from: stride, to });
      stride = to;
    }
    return { masked, groups, stride };
  }

  private fill(): void {
    const floats = this.scan.rows;
    for (const { rows, from, layout } of this.blocks) {
      const dimensions = this.dimensionsOf(layout);
      for (let k = 0; k < rows.length; k++) {
        const vector = normalise(this.episodes[rows[k]].raw, layout.masked, this.normalisation);
        const at = from + k * layout.stride;
        for (let j = 0; j < dimensions.length; j++) {
          const dimension = dimensions[j];
          if (dimension >= 0) floats[at + j] = vector[dimension] * this.weights[dimension];
        }
      }
    }
  }

  /** Which dimension lies at each place of a row; -1 where none does. */
  private dimensionsOf({ groups, stride }: Layout): Int32Array {
    const dimensions = new Int32Array(stride).fill(-1);
    for (const [group, { from }] of groups) dimensions.set(this.kept.get(group)!, from);
    return dimensions;
  }
}

/** The first rows of a block, those known before. */
interface Known {
  readonly block: Block;
  readonly known: number;
}

/** How many of 0 .. n - 1 something holds of that holds of the first ones alone. */
function countWhile(n: number, holds: (k: number) => boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
