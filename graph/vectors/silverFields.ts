/**
 * What the vector reads of each Silver table: a field is a column, or the sum of several, prices turned from points to ticks.
 * Fields of a side of the book end in `_bid` or `_ask`, those of a right of options are named after `call` or `put`.
 */
import { DEPTH } from '../bars/topLevels';
import { ZONE_NAMES } from '../bars/distances';
import { BANDS } from '../options/bands';

/** A field's columns, whose sum it is; `ticks` where they are prices or price differences in points. */
export interface FieldSource {
  readonly columns: readonly string[];
  readonly ticks?: true;
}

export type Side = 'bid' | 'ask';
export type Right = 'call' | 'put';

const sum = (...columns: string[]): FieldSource => ({ columns });
const inTicks = (column: string): FieldSource => ({ columns: [column], ticks: true });

/** The same field of either side of the book. */
const sides = <Name extends string>(name: Name, source: (side: Side) => FieldSource) =>
  ({ [`${name}_bid`]: source('bid'), [`${name}_ask`]: source('ask') }) as Record<
    `${Name}_bid` | `${Name}_ask`,
    FieldSource
  >;

const ALL_BANDS = ['inside', 'touch', 't1_3', 't4_10', 'beyond'];
const NEAR_BANDS = ['touch', 't1_3', 't4_10'];
const LEVELS = Array.from({ length: DEPTH }, (_, k) => k + 1);

export const BAR_FIELDS = {
  mid: inTicks('mid'),
  microprice: inTicks('microprice'),
  spread: inTicks('spread_twa'),
  imbalance_l1: sum('imbalance_l1'),
  imbalance_l1_twa: sum('imbalance_l1_twa'),
  imbalance_l10: sum('imbalance_l10'),
  imbalance_l10_twa: sum('imbalance_l10_twa'),
  volume: sum('volume'),
  trades: sum('trades'),
  bought: sum('buy_vol'),
  sold: sum('sell_vol'),
  stops_bought: sum('stop_buy_vol'),
  stops_sold: sum('stop_sell_vol'),
  swept_up: sum('sweep_buy_ticks'),
  swept_down: sum('sweep_sell_ticks'),
  ofi: sum('ofi_l1'),
  ofi_deep: sum(...LEVELS.slice(1).map((k) => `ofi_l${k}`)),
  quotes: sum(
    ...['bid', 'ask'].flatMap((side) => [
      ...ALL_BANDS.flatMap((band) => [`add_${side}_${band}_n`, `pull_${side}_${band}_n`]),
      `mod_${side}_n`,
    ]),
  ),
  ...sides('best', (side) => sum(`${side}_sz`)),
  ...sides('depth', (side) => sum(`depth10_${side}`)),
  ...sides('slope', (side) => sum(`slope_${side}`)),
  ...sides('concentration', (side) => sum(`hhi_${side}`)),
  ...sides('center', (side) => sum(`cog_${side}`)),
  ...sides('best_share', (side) => sum(`best_share_${side}`)),
  ...sides('wall', (side) => inTicks(`wall_${side}`)),
  ...sides('wall_ratio', (side) => sum(`wall_${side}_ratio`)),
  ...sides('wall_age', (side) => sum(`wall_${side}_age`)),
  ...sides('wall_pulled', (side) => sum(`wall_${side}_pulled`)),
  ...sides('wall_filled', (side) => sum(`wall_${side}_filled`)),
  ...sides('big', (side) => sum(`big_${side}_sz`)),
  ...sides('refreshed', (side) => sum(`iceberg_${side}_lots`)),
  ...sides('added', (side) => sum(...NEAR_BANDS.map((band) => `add_${side}_${band}`))),
  ...sides('pulled', (side) => sum(...NEAR_BANDS.map((band) => `pull_${side}_${band}`))),
  ...sides('added_at_best', (side) => sum(`add_${side}_inside`, `add_${side}_touch`)),
  ...sides('filled', (side) => sum(...ALL_BANDS.map((band) => `fill_${side}_${band}`))),
};
export type BarField = keyof typeof BAR_FIELDS;

const zones = (figure: string, names: readonly string[] = ZONE_NAMES) =>
  sum(...names.map((zone) => `${zone}_${figure}`));

/** Columns less their prefix: `opp_` is the ask of a level approached from below, the bid of one approached from above. */
export const VACUUM_FIELDS = {
  near_depth: zones('depth', ['at', 'near']),
  far_depth: zones('depth', ['mid', 'far']),
  added: zones('add'),
  flashed: zones('flash'),
  pulled: zones('pull'),
  near_pulled: zones('pull', ['at', 'near']),
  toward: zones('toward'),
  away: zones('away'),
  center: sum('com'),
  age: sum('age'),
};
export type VacuumField = `${keyof typeof VACUUM_FIELDS}_${Side}`;

const rights = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, sum(name)])) as Record<Name, FieldSource>;

type Band = (typeof BANDS)[number];
const banded = <Name extends string>(name: Name) =>
  rights(BANDS.map((band) => `${name}_${band}` as `${Name}_${Band}`));

export const FLOW_FIELDS = {
  ...rights(['call_pressure', 'put_pressure', 'session_call_pressure', 'session_put_pressure']),
  ...rights(['call_tide_share', 'put_tide_share', 'premium']),
  ...banded('call_tide'),
  ...banded('put_tide'),
};
export type FlowField = keyof typeof FLOW_FIELDS;

export const EXPOSURE_FIELDS = {
  ...rights(['call_gex', 'put_gex', 'nearest_gex', 'hedge_lots_per_point']),
  /** Points. */
  future: sum('future'),
  call_wall: inTicks('call_wall'),
  put_wall: inTicks('put_wall'),
  flip: inTicks('flip'),
  ...rights(['nearest_vol', 'next_vol', 'skew']),
  ...banded('call_gex'),
  ...banded('put_gex'),
};
export type ExposureField = keyof typeof EXPOSURE_FIELDS;
