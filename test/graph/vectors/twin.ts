/**
 * The 144 dimensions worked out a second time, from whole lists of rows and trades, by the words of the table of features:
 * every figure looks for its rows anew by their times. Slow, and knows nothing of the operator.
 */
import type { ColumnData, TableBatch } from '../../../graph/datasets/schema';
import { RecordCoverage } from '../../../graph/levels/coverage';
import { LevelTracker } from '../../../graph/levels/levelTracker';
import { Action } from '../../../graph/records/mbo';
import { frameOf } from '../../../graph/session/inputs';
import { tradeTick } from '../../support/sessions';
import { episodesOf, waysToLevels } from '../episodes/oracle';
import { tradesOf, type Session } from './simulatedSessions';

const MINUTE = 60e9;

/** Rows of a table, looked up by column and time. */
class Table {
  readonly end: number[];

  constructor(
    private readonly columns: Readonly<Record<string, ColumnData>>,
    rowCount: number,
    endOf: (get: (column: string) => unknown) => number,
  ) {
    this.end = Array.from({ length: rowCount }, (_, i) => endOf((column) => columns[column][i]));
  }

  get(i: number, column: string): number {
    if (!(column in this.columns)) throw new Error(`no column ${column}`);
    return i < 0 ? NaN : Number(this.columns[column][i]);
  }

  text(i: number, column: string): string {
    return this.columns[column][i] as string;
  }

  /** Rows that end within `(from, to]`, ascending. */
  within(from: number, to: number, level?: string): number[] {
    let low = 0;
    let high = this.end.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end[middle] <= from) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let i = low; i < this.end.length && this.end[i] <= to; i++)
      if (level === undefined || this.text(i, 'level_id') === level) found.push(i);
    return found;
  }
}

const sumOf = (values: number[]) => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? NaN : known.reduce((a, b) => a + b, 0);
};
const meanOf = (values: number[]) => sumOf(values) / values.filter((value) => !Number.isNaN(value)).length;

/** Coefficients of the least-squares polynomial of y on t, lowest first, from the normal equations. */
function polynomial(t: number[], y: number[], degree: number): number[] {
  const size = degree + 1;
  const rows = Array.from({ length: size }, (_, r) => [
    ...Array.from({ length: size }, (_, c) => t.reduce((sum, x) => sum + x ** (r + c), 0)),
    t.reduce((sum, x, i) => sum + x ** r * y[i], 0),
  ]);
  for (let p = 0; p < size; p++)
    for (let r = 0; r < size; r++) {
      if (r === p) continue;
      const factor = rows[r][p] / rows[p][p];
      for (let c = p; c <= size; c++) rows[r][c] -= factor * rows[p][c];
    }
  return rows.map((row, r) => row[size] / row[r]);
}

const clip = (limit: number, value: number) => Math.max(-limit, Math.min(limit, value));
const ln1 = Math.log1p;
const slog = (value: number) => Math.sign(value) * Math.log1p(Math.abs(value));

/**
 * The dimensions by name; of touches by `level direction attempt`, of approaches by that and their number.
 * @param every of so many approaches or touches one
 */
export function twinOf(
  session: Session,
  silver: readonly TableBatch[],
  { of, every }: { of: 'touches' | 'approaches'; every: number } = { of: 'touches', every: 1 },
): Map<string, Record<string, number>> {
  const { inputs } = session;
  const { clock, origin, product } = frameOf(inputs);
  const settings = inputs.settings.episodes;
  const tick = product.tickNanos / 1e9;
  const offset = (value: unknown) => Number((value as bigint) - origin.ns);
  const barLength = inputs.settings.bars.seconds * 1e9;
  const afterBar = (get: (column: string) => unknown) => offset(get('bar_start_utc')) + barLength;
  const [bars, vacuum, flow] = silver
    .slice(0, 3)
    .map(({ columns, rowCount }) => new Table(columns, rowCount, afterBar));
  const exposure = new Table(silver[3].columns, silver[3].rowCount, (get) => offset(get('ts')));

  const trades = tradesOf(session);
  const coverage = new RecordCoverage(clock);
  const tracker = new LevelTracker({
    clock,
    product,
    settings: inputs.settings.levels,
    previousDay: inputs.previousDay,
    coverage,
  });
  const { records } = session;
  let captured = 0;
  const history = trades.map((tick) => {
    do coverage.captured(origin.offset(records.tsRecvWords, captured));
    while (records.action[captured++] !== Action.Trade);
    tracker.push(tradeTick(tick));
    return tracker.levels.map((level) => ({ ...level }));
  });
  const watched = history.map(
    (levels) => new Map(levels.filter((level) => level.watched).map(({ id, price }) => [id, price])),
  );
  const touches = episodesOf(trades, watched, clock, { ...settings, sessionWindow: 'all-hours' });
  const longest = settings.horizonMinutes[settings.horizonMinutes.length - 1] * MINUTE;

  const { episodes, approaches } = waysToLevels(trades, watched, clock, settings);
  const anchors = of === 'touches' ? episodes : approaches;

  const vectors = new Map<string, Record<string, number>>();
  for (const [i, episode] of anchors.entries()) {
    if (i % every !== 0) continue;
    const { level, levelPrice: L, direction } = episode;
    const s = direction === 'UP' ? 1 : -1;
    const [ahead, behind] = s > 0 ? ['ask', 'bid'] : ['bid', 'ask'];
    const [gaining, losing] = s > 0 ? ['call', 'put'] : ['put', 'call'];
    const [over, under] = s > 0 ? ['above', 'below'] : ['below', 'above'];
    const touchAt = trades[episode.touch].t;
    const startAt = trades[episode.start].t;

    // Bars that had ended.
    const now = bars.within(-Infinity, touchAt).at(-1)!;
    const nowEnd = bars.end[now];
    const last = (minutes: number, until = now) =>
      bars.within(bars.end[until] - minutes * MINUTE, bars.end[until]);
    const began = bars.within(-Infinity, startAt).at(-1)!;
    const before = Math.max(Math.min(began, now - 1), now - 240);
    const since = bars.within(bars.end[before], nowEnd);
    const col = (rows: number[], column: string) => rows.map((i) => bars.get(i, column));
    const x = (i: number) => s * (bars.get(i, 'mid') / tick - L);
    const xs = (rows: number[]) => rows.map(x);
    const xAgo = (minutes: number) => x(bars.end.indexOf(nowEnd - minutes * MINUTE));
    const fit = (rows: number[], degree: number) =>
      polynomial(
        rows.map((i) => (bars.end[i] - nowEnd) / MINUTE),
        xs(rows),
        degree,
      );
    const changes = (rows: number[]) => rows.map((i) => x(i) - x(i - 1));
    const efficiency = (minutes: number) => {
      const travelled = changes(last(minutes)).reduce((sum, change) => sum + Math.abs(change), 0);
      return travelled === 0 ? 0 : (x(now) - xAgo(minutes)) / travelled;
    };
    const volatility = (minutes: number) =>
      ln1(Math.sqrt(meanOf(changes(last(minutes)).map((change) => change * change))));
    const dct = (k: number) => {
      const path = xs(last(20));
      const n = path.length;
      return path.reduce(
        (sum, value, i) => sum + value * Math.sqrt(2 / n) * Math.cos(((2 * i + 1) * k * Math.PI) / (2 * n)),
        0,
      );
    };

    const f: Record<string, number> = {};
    for (const [name, minutes] of [
      ['15s', 0.25],
      ['30s', 0.5],
      ['1m', 1],
      ['2m', 2],
      ['5m', 5],
      ['10m', 10],
      ['20m', 20],
    ] as const)
      f[`x_${name}`] = xAgo(minutes);
    f.velocity_30s = fit(last(0.5), 1)[1];
    for (const minutes of [1, 3, 10, 20]) f[`velocity_${minutes}m`] = fit(last(minutes), 1)[1];
    for (const minutes of [1, 3, 10]) f[`acceleration_${minutes}m`] = 2 * fit(last(minutes), 2)[2];
    for (let k = 2; k <= 7; k++) f[`shape_${k}`] = dct(k);
    for (const minutes of [1, 5, 20]) {
      f[`efficiency_${minutes}m`] = efficiency(minutes);
      f[`volatility_${minutes}m`] = volatility(minutes);
    }
    f.farthest_20m = Math.max(...xs(last(20)).map((value) => -value));
    f.beyond_20m = Math.max(0, ...xs(last(20)));

    // The approach, and what went before it.
    f.approach_duration = ln1((touchAt - startAt) / 1e9);
    const speed = fit(last(1, before), 1)[1];
    f.time_to_level = ln1(speed > 0 ? Math.min(Math.max((-x(before) / speed) * 60, 0), 3600) : 3600);
    f.attempt = Math.log(episode.attempt);
    const earlier = touches.filter((other) => other.level === level && other.touch < episode.touch);
    f.touches_before = ln1(earlier.length);
    const lastTouch = earlier.at(-1);
    f.since_last_touch = ln1((touchAt - (lastTouch ? trades[lastTouch.touch].t : clock.globexOpen)) / 1e9);
    f.last_penetration = lastTouch
      ? Math.max(
          0,
          ...trades
            .slice(lastTouch.touch, episode.touch)
            .map(({ price }) => s * (price - lastTouch.levelPrice)),
        )
      : 0;
    let breaks = 0;
    let rejects = 0;
    for (const attempt of episodes) {
      if (attempt.level !== level || attempt.direction !== direction) continue;
      const began = trades[attempt.touch].t;
      const ends = Math.min(began + longest, clock.rthClose);
      const decisive = trades
        .slice(attempt.touch + 1, episode.touch + 1)
        .find(({ t, price }) => t < ends && Math.abs(price - attempt.levelPrice) >= settings.barrierTicks);
      if (!decisive) continue;
      if (s * (decisive.price - attempt.levelPrice) > 0) breaks++;
      else rejects++;
    }
    f.earlier_outcomes = (breaks - rejects) / (breaks + rejects + 1);
    const levels = history[episode.touch];
    const known = levels.find(({ id }) => id === level)!.knownFrom;
    f.level_age = ln1(Math.min(1440, (touchAt - known) / MINUTE));
    f.time_of_day = (touchAt - clock.rthOpen) / (clock.rthClose - clock.rthOpen);

    // Other levels.
    const beyond = (price: number | undefined) => (price === undefined ? NaN : clip(200, s * (price - L)));
    const extremes = (from: number, to: number) => {
      const prices = trades
        .slice(0, episode.touch + 1)
        .filter(({ t }) => t >= from && t < to)
        .map(({ price }) => price);
      return prices.length === 0
        ? [undefined, undefined]
        : s > 0
          ? [Math.max(...prices), Math.min(...prices)]
          : [Math.min(...prices), Math.max(...prices)];
    };
    const priceOf = (kind: string) => levels.find((other) => other.kind === kind)?.price;
    [f.pm_ahead, f.pm_behind] = extremes(clock.premarketStart, clock.rthOpen).map(beyond);
    [f.or_ahead, f.or_behind] = extremes(clock.rthOpen, clock.orEnd).map(beyond);
    f.pd_ahead = beyond(priceOf(s > 0 ? 'PD_HIGH' : 'PD_LOW'));
    f.pd_behind = beyond(priceOf(s > 0 ? 'PD_LOW' : 'PD_HIGH'));
    f.sma_90 = beyond(priceOf('SMA_90'));
    f.ema_20 = beyond(priceOf('EMA_20'));
    const others = levels.filter(({ id }) => id !== level).map(({ price }) => s * (price - L));
    f.levels_ahead = ln1(others.filter((distance) => distance >= 0 && distance <= 40).length);
    f.levels_behind = ln1(others.filter((distance) => distance < 0 && distance >= -40).length);

    // The book.
    const at = (column: string, i = now) => bars.get(i, column);
    const mean = (column: string, minutes: number) => meanOf(col(last(minutes), column));
    const sum = (column: string, rows: number[]) => sumOf(col(rows, column));
    const lnOf = (a: number, b: number) => Math.log((a + 1) / (b + 1));
    for (const [word, side] of [
      ['ahead', ahead],
      ['behind', behind],
    ]) {
      const depth = `depth10_${side}`;
      f[`depth_${word}`] = ln1(at(depth));
      f[`depth_change_${word}`] = lnOf(at(depth), at(depth, before));
      f[`best_size_${word}`] = ln1(mean(`${side}_sz`, 0.25));
      f[`slope_${word}`] = at(`slope_${side}`) / (at(depth) + 1);
      f[`concentration_${word}`] = at(`hhi_${side}`);
      f[`center_${word}`] = at(`cog_${side}`);
      f[`wall_ratio_${word}`] = Math.log(at(`wall_${side}_ratio`));
      const wall = s * (at(`wall_${side}`) / tick - L);
      f[`wall_distance_${word}`] = word === 'ahead' ? wall : -wall;
      f[`wall_age_${word}`] = ln1(at(`wall_${side}_age`));
      f[`big_order_${word}`] = at(`big_${side}_sz`) / (at(depth) + 1);
      f[`icebergs_${word}`] = ln1(sum(`iceberg_${side}_lots`, last(5)));
      const banded = (figure: string) =>
        ['touch', 't1_3', 't4_10'].reduce(
          (total, band) => total + sum(`${figure}_${side}_${band}`, last(1)),
          0,
        );
      f[`pull_add_${word}`] = lnOf(banded('pull'), banded('add'));
      if (word === 'ahead') f.add_intensity_ahead = ln1(banded('add') / (at(depth) + 1));
    }
    f.depth_ratio_1m = lnOf(mean(`depth10_${ahead}`, 1), mean(`depth10_${behind}`, 1));
    f.depth_unusual_ahead = lnOf(at(`depth10_${ahead}`), mean(`depth10_${ahead}`, 20));
    f.imbalance_l1 = s * at('imbalance_l1');
    f.imbalance_l1_1m = s * mean('imbalance_l1_twa', 1);
    f.imbalance_l10_15s = s * mean('imbalance_l10_twa', 0.25);
    f.imbalance_l10_5m = s * mean('imbalance_l10_twa', 5);
    f.imbalance_l10_change = s * (at('imbalance_l10') - at('imbalance_l10', before));
    f.microprice_lead = (s * (mean('microprice', 0.25) - mean('mid', 0.25))) / tick;
    f.spread_1m = mean('spread_twa', 1) / tick;
    f.best_share_difference = mean(`best_share_${ahead}`, 1) - mean(`best_share_${behind}`, 1);
    const pulled = sum(`wall_${ahead}_pulled`, since);
    const filled = sum(`wall_${ahead}_filled`, since);
    f.wall_pulled_ahead = pulled / (pulled + filled + 1);
    f.wall_filled_ahead = ln1(sum(`wall_${ahead}_filled`, last(5)));
    for (const [name, minutes] of [
      ['15s', 0.25],
      ['1m', 1],
      ['5m', 5],
    ] as const) {
      const resting = mean('bid_sz', minutes) + mean('ask_sz', minutes);
      f[`ofi_${name}`] = (s * sum('ofi_l1', last(minutes))) / (resting + 1);
      const bought = sum('buy_vol', last(minutes));
      const sold = sum('sell_vol', last(minutes));
      f[`aggression_${name}`] = (s * (bought - sold)) / (bought + sold + 1);
      if (name === '15s') continue;
      let deep = 0;
      for (let k = 2; k <= 10; k++) deep += sum(`ofi_l${k}`, last(minutes));
      f[`ofi_deep_${name}`] = (s * deep) / (mean('depth10_bid', minutes) + mean('depth10_ask', minutes) + 1);
    }
    f.volume_surge = lnOf(sum('volume', last(1)) / 12, sum('volume', last(20)) / 240);
    f.trade_size = sum('trades', last(1)) === 0 ? 0 : ln1(sum('volume', last(1)) / sum('trades', last(1)));
    f.stops_1m = ln1(sum(s > 0 ? 'stop_buy_vol' : 'stop_sell_vol', last(1)));
    f.sweeps_1m = slog(s * (sum('sweep_buy_ticks', last(1)) - sum('sweep_sell_ticks', last(1))));
    const everywhere = ['inside', 'touch', 't1_3', 't4_10', 'beyond'];
    f.refilled_ahead = lnOf(
      sum(`add_${ahead}_inside`, since) + sum(`add_${ahead}_touch`, since),
      everywhere.reduce((total, band) => total + sum(`fill_${ahead}_${band}`, since), 0),
    );
    let quotes = 0;
    for (const side of ['bid', 'ask']) {
      quotes += sum(`mod_${side}_n`, last(1));
      for (const band of everywhere)
        quotes += sum(`add_${side}_${band}_n`, last(1)) + sum(`pull_${side}_${band}_n`, last(1));
    }
    f.quotes_per_trade = lnOf(quotes, sum('trades', last(1)));

    // The orders around the level.
    const around = (from: number, to: number) => vacuum.within(from, to, level);
    const zone = (i: number, side: string, figure: string, zones = ['at', 'near', 'mid', 'far']) => {
      const opposing = (vacuum.text(i, 'direction') === 'UP') === (side === 'ask');
      const prefix = opposing ? 'opp' : 'sup';
      return zones.length === 0
        ? vacuum.get(i, `${prefix}_${figure}`)
        : zones.reduce((total, name) => total + vacuum.get(i, `${prefix}_${name}_${figure}`), 0);
    };
    const close = ['at', 'near'];
    const inZones = (rows: number[], side: string, figure: string, zones?: string[]) =>
      sumOf(rows.map((i) => zone(i, side, figure, zones)));
    const nowRow = around(nowEnd - 1, nowEnd).at(0) ?? -1;
    const sinceRows = around(bars.end[before], nowEnd);
    const put = (name: string, value: () => number) => (f[name] = nowRow < 0 ? NaN : value());
    put('zone_depth_ahead', () => ln1(zone(nowRow, ahead, 'depth', close)));
    put('zone_depth_beyond', () =>
      lnOf(zone(nowRow, ahead, 'depth', ['mid', 'far']), zone(nowRow, ahead, 'depth', close)),
    );
    put('zone_depth_behind', () => ln1(zone(nowRow, behind, 'depth', close)));
    const retreat = (side: string, from: number, to: number) => {
      const rows = around(from, to);
      const end = rows.find((i) => vacuum.end[i] === to);
      if (end === undefined) return NaN;
      const d = (i: number) => Math.max(zone(i, side, 'com', []) + 2, 0);
      return lnOf(d(end), d(rows[0]));
    };
    const pullAdd = (rows: number[], side: string) =>
      lnOf(
        inZones(rows, side, 'pull'),
        Math.max(0, inZones(rows, side, 'add') - inZones(rows, side, 'flash')),
      );
    f.retreat_ahead = retreat(ahead, bars.end[before] - 1, nowEnd);
    f.retreat_behind = retreat(behind, bars.end[before] - 1, nowEnd);
    f.zone_pull_add_ahead = pullAdd(sinceRows, ahead);
    f.zone_pull_add_behind = pullAdd(sinceRows, behind);
    f.pull_near_share_ahead =
      (inZones(sinceRows, ahead, 'pull', close) + 0.5) / (inZones(sinceRows, ahead, 'pull') + 1);
    const moved = (side: string) => inZones(sinceRows, side, 'away') + inZones(sinceRows, side, 'toward');
    f.reprice_away_ahead = (inZones(sinceRows, ahead, 'away') + 0.5) / (moved(ahead) + 1);
    f.reprice_toward_behind = (inZones(sinceRows, behind, 'toward') + 0.5) / (moved(behind) + 1);
    put('resting_age_ahead', () => {
      const age = zone(nowRow, ahead, 'age', []);
      return Number.isNaN(age) ? 0 : ln1(age);
    });
    const minuteTo = (to: number) => {
      const rows = around(to - MINUTE, to);
      return (
        retreat(ahead, to - MINUTE - 1, to) -
        retreat(behind, to - MINUTE - 1, to) +
        pullAdd(rows, ahead) -
        pullAdd(rows, behind)
      );
    };
    f.vacuum = minuteTo(nowEnd);
    f.vacuum_trend = minuteTo(nowEnd) - minuteTo(nowEnd - MINUTE);

    // Options.
    const flowOf = (minutes: number, id: string, column: string) =>
      sumOf(flow.within(nowEnd - minutes * MINUTE, nowEnd, id).map((i) => flow.get(i, column)));
    const flowNow = flow.within(nowEnd - 1, nowEnd, 'PRICE').at(0) ?? -1;
    for (const [word, right] of [
      ['with', gaining],
      ['against', losing],
    ]) {
      for (const minutes of [1, 10])
        f[`pressure_${word}_${minutes}m`] = slog(s * flowOf(minutes, 'PRICE', `${right}_pressure`));
      f[`pressure_${word}_session`] = slog(s * flow.get(flowNow, `session_${right}_pressure`));
      f[`tide_${word}`] = flow.get(flowNow, `${right}_tide_share`);
      f[`tide_level_${word}`] =
        ['at', 'above_1', 'below_1'].reduce(
          (total, band) => total + flowOf(10, level, `${right}_tide_${band}`),
          0,
        ) /
        (flowOf(10, level, 'premium') + 1);
    }
    const tide = (right: string, way: string) =>
      [1, 2, 3].reduce((total, k) => total + flowOf(10, level, `${right}_tide_${way}_${k}`), 0) /
      (flowOf(10, level, 'premium') + 1);
    f.tide_ahead = tide(gaining, over);
    f.tide_behind = tide(losing, under);

    const latest = (id: string, until: number) =>
      exposure.within(nowEnd - 40 * MINUTE, until, id).at(-1) ?? -1;
    const price = latest('PRICE', nowEnd);
    const halfHour = latest('PRICE', nowEnd - 30 * MINUTE);
    const mine = latest(level, nowEnd);
    const total = Math.abs(exposure.get(price, 'call_gex')) + Math.abs(exposure.get(price, 'put_gex'));
    f.gex_size = ln1(total);
    f.gex_net = (exposure.get(price, 'call_gex') + exposure.get(price, 'put_gex')) / (total + 1);
    f.gex_nearest_share = exposure.get(price, 'nearest_gex') / (total + 1);
    const bands = ['at', ...[1, 2, 3].flatMap((k) => [`above_${k}`, `below_${k}`])];
    const gross = bands.reduce(
      (size, band) =>
        size +
        Math.abs(exposure.get(mine, `call_gex_${band}`)) +
        Math.abs(exposure.get(mine, `put_gex_${band}`)),
      0,
    );
    const net = (band: string) =>
      exposure.get(mine, `call_gex_${band}`) + exposure.get(mine, `put_gex_${band}`);
    f.gex_around = gross / (total + 1);
    f.gex_at = net('at') / (gross + 1);
    let [beyondNet, beforeNet] = [0, 0];
    for (const k of [1, 2, 3]) {
      f[`gex_ahead_${k}`] = net(`${over}_${k}`) / (gross + 1);
      f[`gex_behind_${k}`] = net(`${under}_${k}`) / (gross + 1);
      beyondNet += net(`${over}_${k}`);
      beforeNet += net(`${under}_${k}`);
    }
    f.gex_asymmetry = (beyondNet - beforeNet) / (Math.abs(beyondNet) + Math.abs(beforeNet) + 1);
    f.hedge_change = slog(
      exposure.get(price, 'hedge_lots_per_point') - exposure.get(halfHour, 'hedge_lots_per_point'),
    );
    const strike = (column: string) => clip(400, s * (exposure.get(price, column) / tick - L));
    f.wall_with = strike(`${gaining}_wall`);
    f.wall_against = strike(`${losing}_wall`);
    f.flip = Number.isNaN(exposure.get(price, 'flip')) ? 400 * Math.sign(f.gex_net) : strike('flip');
    f.volatility = Math.log(exposure.get(price, 'nearest_vol'));
    f.volatility_term = exposure.get(price, 'next_vol') - exposure.get(price, 'nearest_vol');
    f.volatility_skew = s * exposure.get(price, 'skew');
    f.volatility_change = Math.log(
      exposure.get(price, 'nearest_vol') / exposure.get(halfHour, 'nearest_vol'),
    );
    const number = 'number' in episode ? ` ${episode.number}` : '';
    vectors.set(`${level} ${direction} ${episode.attempt}${number}`, f);
  }
  return vectors;
}
