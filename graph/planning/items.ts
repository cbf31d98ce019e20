/**
 * The contract-dates, and spans of other partitions, of a run of builds, and the state of each: one character a layer, in the order
 * of `LAYERS`. A backfill of 5,000 contract-dates carries its whole state in lines such as `ESH4/2024-01-02 missing pp.-`, about
 * 30 bytes each.
 */
import { LAYERS, UNIT_OF, type Layer } from '../datasets/layers';
import { keyText, parseKey } from '../datasets/units';
import type { Freshness, Reprocess } from './planner';
import type { Scope } from './scope';

/** Of a layer of an item. */
export const STATES = {
  unasked: '-',
  waiting: '.',
  running: 'r',
  published: 'p',
  current: 'c',
  blocked: 'b',
  no_data: 'n',
  failed: 'f',
  /** Not tried, for a layer below it was not built. */
  skipped: 's',
  cancelled: 'x',
} as const;
export type State = keyof typeof STATES;

const BY_CODE = Object.fromEntries(Object.entries(STATES).map(([state, code]) => [code, state])) as Record<
  string,
  State
>;

/** The state of an item is the first of these that any of its layers has. */
const PRECEDENCE: readonly State[] = [
  'running',
  'failed',
  'cancelled',
  'blocked',
  'no_data',
  'waiting',
  'published',
  'current',
];

/** One build of a plan. */
export interface PlanItem {
  scope: Scope;
  /** Layers to build, in order; never empty, and all of the scope's unit. */
  layers: Layer[];
  /** Why: the worst of its layers, or `all` when everything is redone. */
  reason: Freshness | Reprocess;
  /** What has changed since the last build, where the reason is `stale`. */
  because: string[];
  /** Builds of the same plan that it reads from, by place in the plan. */
  after: Places;
}

/** Places in a plan, as ranges `[first, last]` in order. */
type Places = readonly (readonly [first: number, last: number])[];

/** One build of a run. */
export interface Item {
  scope: Scope;
  reason: PlanItem['reason'];
  states: Record<Layer, State>;
  after: Places;
}

/** A planned build with its layers waiting. */
export function waiting({ scope, layers, reason, after }: Omit<PlanItem, 'because'>): Item {
  const states = Object.fromEntries(
    LAYERS.map((layer) => [layer, layers.includes(layer) ? 'waiting' : 'unasked']),
  ) as Record<Layer, State>;
  return { scope, reason, states, after };
}

export function packItem({ scope, reason, states, after }: Item): string {
  const line = `${keyText(scope)} ${reason} ${LAYERS.map((layer) => STATES[states[layer]]).join('')}`;
  return after.length === 0 ? line : `${line} ${after.map((range) => range.join('-')).join(',')}`;
}

export function unpackItem(line: string): Item {
  const [key, reason, codes, places] = line.split(' ');
  const states = Object.fromEntries(LAYERS.map((layer, k) => [layer, BY_CODE[codes[k]]])) as Item['states'];
  const asked = LAYERS.find((layer) => states[layer] !== 'unasked') ?? LAYERS[0];
  const after = (places?.split(',') ?? []).map((range) => {
    const [first, last] = range.split('-').map(Number);
    return [first, last] as const;
  });
  return { scope: parseKey(UNIT_OF[asked], key), reason: reason as Item['reason'], states, after };
}

/** Places in any order as ranges. */
export function rangesOf(places: Iterable<number>): Places {
  const ranges: [number, number][] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && place <= last[1] + 1) last[1] = Math.max(last[1], place);
    else ranges.push([place, place]);
  }
  return ranges;
}

/** The state of an item as a whole. */
export function stateOf({ states }: Item): State {
  const found = new Set(LAYERS.map((layer) => states[layer]));
  return PRECEDENCE.find((state) => found.has(state)) ?? 'unasked';
}

/** The layers of an item in a state, in order. */
export const layersIn = ({ states }: Item, state: State): Layer[] =>
  LAYERS.filter((layer) => states[layer] === state);
