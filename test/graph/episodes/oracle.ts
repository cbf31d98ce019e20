/**
 * Episodes and outcomes worked out backwards from their definitions, over the whole list of trades at once: for every
 * trade, whether it is a touch; for every touch, what followed. Quadratic, and knows no states.
 */
import type { EpisodeSettings } from '../../../graph/settings';
import type { SessionClock } from '../../../graph/market/calendar';
import type { Tick } from '../../support/sessions';

/** Prices of the watched levels as of each trade, by id. */
export type LevelHistory = Map<string, number>[];

export interface OracleEpisode {
  level: string;
  levelPrice: number;
  direction: 'UP' | 'DOWN';
  attempt: number;
  touchesBefore: number;
  /** Indices of trades. */
  start: number;
  touch: number;
}

/** Times as the operators see them: never going back. */
export function settled(trades: readonly Tick[]): Tick[] {
  return trades.map(({ price }, i) => ({ price, t: Math.max(...trades.slice(0, i + 1).map(({ t }) => t)) }));
}

/** One level's way: its touches, each with the approach told before; and those, by the trades that tell of them in hours that count. */
function waysOf(
  trades: readonly Tick[],
  prices: (number | undefined)[],
  counts: (t: number) => boolean,
  s: EpisodeSettings,
) {
  const born = prices.findIndex((price) => price !== undefined);
  const approaches: { touch: number; start: number; direction: 'UP' | 'DOWN' }[] = [];
  const touches: ((typeof approaches)[number] & { told: number | null })[] = [];
  if (born < 0) return { touches, approaches };
  // Index born - 1 stands for what was known of price when the level came into being: before the first trade nothing, so
  // that price comes from far away on the side on which it first shows, unless it shows at the level itself.
  const distance = (i: number) => {
    if (i >= born) return trades[i].price - (prices[i] as number);
    if (born > 0) return trades[born - 1].price - (prices[born] as number);
    const first = trades[0].price - (prices[0] as number);
    return Math.abs(first) > s.touchTicks ? Math.sign(first) * Infinity : first;
  };
  /** The way that has led to trade i, which lies in the approach band; none if price has not come from outside. */
  const wayTo = (i: number) => {
    let from = born - 1;
    const last = touches.at(-1);
    if (last) {
      from = last.touch + 1;
      while (from < i && Math.abs(distance(from)) <= s.rearmTicks) from++;
      if (from === i) return undefined;
    }
    let away = i - 1;
    while (away >= from && Math.abs(distance(away)) <= s.approachTicks) away--;
    if (away < from) return undefined;
    const side = Math.sign(distance(away));
    const path = Array.from({ length: i - away - 1 }, (_, k) => distance(away + 1 + k));
    if (path.some((d) => Math.abs(d) <= s.touchTicks || Math.sign(d) !== side)) return undefined;
    return { start: away + 1, side };
  };
  /** Whether price stayed on its side of the level from one trade to another, between the touch band and the re-arm band. */
  const nearSince = (from: number, to: number) =>
    Array.from({ length: to - from - 1 }, (_, k) => distance(from + 1 + k)).every(
      (d) =>
        Math.sign(d) === Math.sign(distance(from)) &&
        Math.abs(d) > s.touchTicks &&
        Math.abs(d) <= s.rearmTicks,
    );
  for (let i = born; i < trades.length; i++) {
    const size = Math.abs(distance(i));
    const way = size <= s.approachTicks ? wayTo(i) : undefined;
    if (!way) continue;
    const { start, side } = way;
    const step = { touch: i, start, direction: side < 0 ? ('UP' as const) : ('DOWN' as const) };
    const last = approaches.at(-1);
    const told = last && last.direction === step.direction && nearSince(last.touch, i) ? last : null;
    if (size <= s.touchTicks) touches.push({ ...step, told: told?.touch ?? null });
    else if (Math.sign(distance(i)) === side && counts(trades[i].t) && !told) approaches.push(step);
  }
  return { touches, approaches };
}

export interface OracleApproach extends OracleEpisode {
  /** Number among the approaches to what would be the same attempt. */
  number: number;
}

interface OracleWays {
  /** Ordered by touch; those of one trade in no particular order. */
  episodes: (OracleEpisode & { approach: number | null })[];
  /** Likewise; `touch` is the trade that tells of the approach. */
  approaches: OracleApproach[];
}

export function waysToLevels(
  trades: readonly Tick[],
  history: LevelHistory,
  clock: SessionClock,
  s: EpisodeSettings,
): OracleWays {
  const counts = (t: number) =>
    s.sessionWindow === 'rth'
      ? t >= clock.rthOpen && t < clock.rthClose
      : clock.session.hours.some(({ open, close }) => {
          const ns = clock.origin.absolute(t);
          return open <= ns && ns < close;
        });
  const ids = new Set(history.flatMap((levels) => [...levels.keys()]));
  const found: OracleWays = { episodes: [], approaches: [] };
  for (const level of ids) {
    const prices = history.map((levels) => levels.get(level));
    const { touches, approaches } = waysOf(trades, prices, counts, s);
    const counted = touches.filter(({ touch }) => counts(trades[touch].t));
    const at = (step: (typeof approaches)[number]) => {
      const same = ({ direction, touch }: typeof step) => direction === step.direction && touch < step.touch;
      const before = counted.filter(same);
      return {
        ...step,
        level,
        levelPrice: prices[step.touch] as number,
        attempt: before.length + 1,
        touchesBefore: touches.filter(({ touch }) => touch < step.touch).length,
        number: 1 + approaches.filter((a) => same(a) && a.touch > (before.at(-1)?.touch ?? -1)).length,
      };
    };
    const told = approaches.map(at);
    found.approaches.push(...told);
    for (const step of counted) {
      const { number: _, ...episode } = at(step);
      const approach = told.find(({ touch }) => touch === step.told);
      found.episodes.push({ ...episode, approach: approach?.number ?? null });
    }
  }
  const inOrder = (a: OracleEpisode, b: OracleEpisode) => a.touch - b.touch || (a.level < b.level ? -1 : 1);
  return { episodes: found.episodes.sort(inOrder), approaches: found.approaches.sort(inOrder) };
}

/** All episodes. */
export const episodesOf = (...of: Parameters<typeof waysToLevels>): OracleWays['episodes'] =>
  waysToLevels(...of).episodes;

/**
 * The outcome of one episode at one horizon, the data reaching up to `dataEnd`: if that is less than a minute before the close, up to
 * the close.
 */
export function outcomeOf(
  trades: readonly Tick[],
  episode: OracleEpisode,
  minutes: number,
  clock: SessionClock,
  s: EpisodeSettings,
  lastSeen: number,
) {
  const touchAt = trades[episode.touch].t;
  const closes =
    s.sessionWindow === 'rth'
      ? clock.rthClose
      : Number(
          clock.session.hours
            .map(({ close }) => close - clock.origin.ns)
            .find((close) => close > BigInt(touchAt)),
        );
  const dataEnd = lastSeen > closes - 60e9 ? Math.max(lastSeen, closes) : lastSeen;
  const horizon = touchAt + minutes * 60e9;
  const end = Math.min(horizon, closes);
  const after = trades.slice(episode.touch + 1).filter(({ t }) => t < end);
  const up = after.find(({ price }) => price >= episode.levelPrice + s.barrierTicks);
  const down = after.find(({ price }) => price <= episode.levelPrice - s.barrierTicks);
  const [through, back] = episode.direction === 'UP' ? [up, down] : [down, up];
  const first = after.find((trade) => trade === up || trade === down);
  const prices = [trades[episode.touch].price, ...after.map(({ price }) => price)];
  const high = Math.max(...prices);
  const low = Math.min(...prices);
  const beyond = [high - episode.levelPrice, episode.levelPrice - low];
  const cut = end > dataEnd;
  return {
    outcome: first ? (first === through ? 'BREAK' : 'REJECT') : cut ? null : 'CHOP',
    endedBy: cut ? 'data_end' : closes < horizon ? 'close' : 'horizon',
    endAt: Math.min(end, dataEnd),
    breakAt: through?.t ?? null,
    rejectAt: back?.t ?? null,
    favorable: beyond[episode.direction === 'UP' ? 0 : 1],
    adverse: beyond[episode.direction === 'UP' ? 1 : 0],
    high,
    low,
    endPrice: prices[prices.length - 1],
    trades: after.length,
  };
}
