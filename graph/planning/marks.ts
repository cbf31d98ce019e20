/**
 * How a contract-date stands in a run of builds: one mark a layer, in the order of `LAYERS`. A backfill of 5,000
 * contract-dates carries its whole state in lines such as `ESH4 2024-01-02 missing pp.`, about 30 bytes each.
 */
import { LAYERS, type Layer } from '../datasets/layers';
import type { Freshness, Reprocess } from './planner';

export const MARKS = {
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
export type MarkName = keyof typeof MARKS;
export type Mark = (typeof MARKS)[MarkName];

const NAMES = Object.fromEntries(Object.entries(MARKS).map(([name, mark]) => [mark, name])) as Record<
  Mark,
  MarkName
>;

/** What decides how a contract-date as a whole stands: the first of these that any of its layers bears. */
const PRECEDENCE: readonly MarkName[] = [
  'running',
  'failed',
  'cancelled',
  'blocked',
  'no_data',
  'waiting',
  'published',
  'current',
];

/** One contract-date of a plan. */
export interface PlanItem {
  contract: string;
  tradeDate: string;
  /** Layers to build, in order; never empty. */
  layers: Layer[];
  /** Why: the worst of its layers, or `all` when everything is redone. */
  reason: Freshness | Reprocess;
}

/** One contract-date of a run. */
export interface MarkedItem {
  contract: string;
  tradeDate: string;
  reason: PlanItem['reason'];
  marks: Record<Layer, Mark>;
}

/** `ESH4 2024-01-02`: how people and lists name a contract-date. */
export const keyOf = ({ contract, tradeDate }: { contract: string; tradeDate: string }) =>
  `${contract} ${tradeDate}`;

/** A planned contract-date with its layers waiting. */
export function waiting({ contract, tradeDate, layers, reason }: PlanItem): MarkedItem {
  const marks = Object.fromEntries(
    LAYERS.map((layer) => [layer, layers.includes(layer) ? MARKS.waiting : MARKS.unasked]),
  ) as Record<Layer, Mark>;
  return { contract, tradeDate, reason, marks };
}

export const packItem = (item: MarkedItem): string =>
  `${keyOf(item)} ${item.reason} ${LAYERS.map((layer) => item.marks[layer]).join('')}`;

export function unpackItem(line: string): MarkedItem {
  const [contract, tradeDate, reason, marks] = line.split(' ');
  return {
    contract,
    tradeDate,
    reason: reason as PlanItem['reason'],
    marks: Object.fromEntries(LAYERS.map((layer, k) => [layer, marks[k]])) as Record<Layer, Mark>,
  };
}

/** How the contract-date as a whole stands. */
export function standing(item: MarkedItem): MarkName {
  const names = new Set(LAYERS.map((layer) => NAMES[item.marks[layer]]));
  return PRECEDENCE.find((name) => names.has(name)) ?? 'unasked';
}

/** The layers bearing a mark, in order. */
export const layersMarked = (item: MarkedItem, mark: Mark): Layer[] =>
  LAYERS.filter((layer) => item.marks[layer] === mark);

export const markName = (mark: Mark): MarkName => NAMES[mark];
