/** What the operators of a session find, as a screen is told of it. */
import { silverBars } from '../bars/barsTable';
import type { TableBatch } from '../datasets/schema';
import type { Level } from '../levels/level';
import type { SessionFrame } from '../session/inputs';
import type { SessionEvent } from '../session/operators';
import type { MessageOf, SessionMessage } from './messages';

/**
 * Bars, episodes and what became of them; everything else is left out.
 * @param at capture time by which the events are known, ns since the origin
 */
export function messagesOf(
  events: readonly SessionEvent[],
  frame: SessionFrame,
  at: number,
): SessionMessage[] {
  return events.flatMap((event): SessionMessage[] => {
    if (event.kind === 'rows')
      return event.batch.contract === silverBars && event.batch.rowCount > 0
        ? [barsMessage(event.batch, frame)]
        : [];
    if (event.kind === 'episode') {
      const { id, levelId, levelPrice, direction, attempt, timeOfDay } = event.episode;
      const { approachStart, touchAt, touchPrice } = event.episode;
      const at = { approachStart, touchAt, touchPrice };
      return [{ kind: 'episode', id, level: levelId, levelPrice, direction, attempt, timeOfDay, ...at }];
    }
    if (event.kind === 'decision')
      return [{ kind: 'decision', episode: event.episodeId, decision: event.decision, at }];
    if (event.kind === 'outcome') {
      const { episodeId, horizonMinutes, primary, outcome, endAt, favorable, adverse } = event.outcome;
      return [
        { kind: 'outcome', episode: episodeId, horizonMinutes, primary, outcome, endAt, favorable, adverse },
      ];
    }
    return [];
  });
}

/** The levels there are; those that have no price yet are none. */
export function levelsMessage(levels: readonly Level[], at: number): MessageOf<'levels'> {
  return {
    kind: 'levels',
    at,
    levels: levels
      .filter(({ price }) => !Number.isNaN(price))
      .map(({ id, kind, price, validFrom, watched }) => ({ id, kind, price, since: validFrom, watched })),
  };
}

/** Several messages of bars as one. */
export function joinBars(parts: readonly MessageOf<'bars'>[]): MessageOf<'bars'> {
  return {
    kind: 'bars',
    start: parts.flatMap(({ start }) => start),
    open: parts.flatMap(({ open }) => open),
    high: parts.flatMap(({ high }) => high),
    low: parts.flatMap(({ low }) => low),
    close: parts.flatMap(({ close }) => close),
    volume: parts.flatMap(({ volume }) => volume),
    delta: parts.flatMap(({ delta }) => delta),
    imbalance: parts.flatMap(({ imbalance }) => imbalance),
  };
}

/** Columns of `silver.bars` that a message of bars is made of. */
export const BAR_MESSAGE_COLUMNS = [
  'bar_start_utc',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buy_vol',
  'sell_vol',
  'ofi_l1',
];

function barsMessage(
  { columns, rowCount }: TableBatch,
  { origin, product }: SessionFrame,
): MessageOf<'bars'> {
  const starts = columns.bar_start_utc as BigInt64Array;
  const figures = (name: string) => {
    const column = columns[name] as Float64Array;
    const values: number[] = [];
    for (let i = 0; i < rowCount; i++) values.push(column[i]);
    return values;
  };
  const perTick = 1e9 / product.tickNanos;
  const prices = (name: string) =>
    figures(name).map((points) => (Number.isNaN(points) ? null : Math.round(points * perTick)));
  const bought = figures('buy_vol');
  const sold = figures('sell_vol');
  return {
    kind: 'bars',
    start: Array.from(starts.subarray(0, rowCount), (start) => Number(start - origin.ns)),
    open: prices('open'),
    high: prices('high'),
    low: prices('low'),
    close: prices('close'),
    volume: figures('volume'),
    delta: bought.map((lots, k) => lots - sold[k]),
    imbalance: figures('ofi_l1'),
  };
}
