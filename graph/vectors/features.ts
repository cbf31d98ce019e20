/**
 * The vector of an episode, dimension by dimension: the one place where a feature has its name, unit and formula.
 *
 * Everything is as of the touch: bars that had ended by it, levels known, trades seen. And everything is oriented to the approach, so
 * that UP and DOWN mirror each other:
 * - `s` is +1 for UP, -1 for DOWN; `L` the level's price; `x = s (mid - L)` in ticks: negative on the way to the level.
 * - *ahead* is the side price runs into (the asks for UP, the bids for DOWN; prices beyond the level), *behind* the other.
 * - For options, *with* is the right that gains from the approach (calls for UP, puts for DOWN), *against* the other.
 *
 * `now` is the last complete bar before the touch; `[m]` the bars of the m minutes up to and including it; `[a]` those since the
 * approach began, at least one. `ln1(v) = ln(1 + v)`; `slog(v) = sign(v) ln(1 + |v|)`. A ratio whose denominator may be nothing
 * has 1 lot added to both terms, so that nothing is a value near zero and not a jump.
 */

export type FeatureGroup = 'geometry' | 'book' | 'options';

/** Dimensions of each group; a group is weighted by 1 / sqrt of its size, and masked as a whole where it has no data. */
export const GROUP_SIZES: Readonly<Record<FeatureGroup, number>> = { geometry: 48, book: 64, options: 32 };

export interface Feature {
  /** Position in the vector. */
  readonly index: number;
  readonly name: string;
  readonly group: FeatureGroup;
  readonly unit: string;
  readonly formula: string;
  /** Table and columns it is computed from; `*` stands for either side. */
  readonly source: string;
}

type Line = readonly [name: string, unit: string, formula: string];

const BARS_MID = 'silver.bars mid';

const PATH: readonly Line[] = [
  ['x_15s', 'ticks', 'x 15 s before now'],
  ['x_30s', 'ticks', 'x 30 s before now'],
  ['x_1m', 'ticks', 'x 1 min before now'],
  ['x_2m', 'ticks', 'x 2 min before now'],
  ['x_5m', 'ticks', 'x 5 min before now'],
  ['x_10m', 'ticks', 'x 10 min before now'],
  ['x_20m', 'ticks', 'x 20 min before now'],
  ['velocity_30s', 'ticks/min', 'least-squares slope of x over [0.5]'],
  ['velocity_1m', 'ticks/min', 'least-squares slope of x over [1]'],
  ['velocity_3m', 'ticks/min', 'least-squares slope of x over [3]'],
  ['velocity_10m', 'ticks/min', 'least-squares slope of x over [10]'],
  ['velocity_20m', 'ticks/min', 'least-squares slope of x over [20]'],
  [
    'acceleration_1m',
    'ticks/min^2',
    'twice the quadratic coefficient of the least-squares parabola of x over [1]',
  ],
  ['acceleration_3m', 'ticks/min^2', 'likewise over [3]'],
  ['acceleration_10m', 'ticks/min^2', 'likewise over [10]'],
  ['shape_1', 'ticks', 'coefficient 1 of the orthonormal DCT-II of x over [20]: rise or fall'],
  ['shape_2', 'ticks', 'coefficient 2: one bend'],
  ['shape_3', 'ticks', 'coefficient 3'],
  ['shape_4', 'ticks', 'coefficient 4'],
  ['shape_5', 'ticks', 'coefficient 5'],
  ['shape_6', 'ticks', 'coefficient 6'],
  [
    'efficiency_1m',
    '1',
    'net change of x over the sum of its absolute changes, over [1]; 0 where it did not move',
  ],
  ['efficiency_5m', '1', 'likewise over [5]'],
  ['efficiency_20m', '1', 'likewise over [20]'],
  ['volatility_1m', 'ln ticks', 'ln1 of the root mean square change of x per bar, over [1]'],
  ['volatility_5m', 'ln ticks', 'likewise over [5]'],
  ['volatility_20m', 'ln ticks', 'likewise over [20]'],
  ['farthest_20m', 'ticks', 'largest of -x over [20]: from how far away price has come'],
  ['beyond_20m', 'ticks', 'largest of x over [20], at least 0: how far beyond the level price has been'],
];

const APPROACH: readonly Line[] = [
  ['approach_duration', 'ln s', 'ln1 of the seconds from the first trade in the approach band to the touch'],
  [
    'time_to_level',
    'ln s',
    'ln1 of -x / velocity when the approach began, the velocity over the minute before it; 600 s at most, and where price was not approaching',
  ],
  ['attempt', 'ln', 'ln of the number of the attempt'],
  ['touches_before', 'ln', 'ln1 of the touches of the level so far, either direction'],
  [
    'since_last_touch',
    'ln s',
    'ln1 of the seconds since the last touch; since the level is known where there was none',
  ],
  [
    'last_penetration',
    'ticks',
    'how far price went beyond the level after its last touch, in the present direction; 0 where there was none',
  ],
  [
    'earlier_outcomes',
    '1',
    '(breaks - rejects) / (breaks + rejects + 1) of the attempts of this level and direction decided before the touch',
  ],
  ['level_age', 'ln min', 'ln1 of the minutes since the level became known, at most 1440'],
  ['time_of_day', '1', 'minutes since the RTH open over the length of RTH'],
];

const OTHER_LEVELS: readonly Line[] = [
  [
    'pm_ahead',
    'ticks',
    's (P - L), P the pre-market extreme ahead (high for UP, low for DOWN); within +-200',
  ],
  ['pm_behind', 'ticks', 'likewise, the pre-market extreme behind'],
  ['or_ahead', 'ticks', 'likewise, the opening-range extreme ahead; until it is known, that of RTH so far'],
  ['or_behind', 'ticks', 'likewise, the opening-range extreme behind'],
  ['pd_ahead', 'ticks', "likewise, the extreme of the previous day's RTH ahead"],
  ['pd_behind', 'ticks', "likewise, the extreme of the previous day's RTH behind"],
  ['sma_90', 'ticks', 'likewise, SMA_90'],
  ['ema_20', 'ticks', 'likewise, EMA_20'],
  ['levels_ahead', 'ln', 'ln1 of the number of other levels up to 40 ticks beyond this one'],
  ['levels_behind', 'ln', 'ln1 of the number of other levels up to 40 ticks before this one'],
];

const DEPTH: readonly Line[] = [
  ['depth_ahead', 'ln lots', 'ln1 of the ten-level depth ahead, now'],
  ['depth_behind', 'ln lots', 'ln1 of the ten-level depth behind, now'],
  ['depth_ratio_1m', 'ln', 'ln((ahead + 1) / (behind + 1)) of the mean depths over [1]'],
  ['depth_change_ahead', 'ln', 'ln of depth ahead now over when the approach began, 1 lot added to both'],
  ['depth_change_behind', 'ln', 'likewise behind'],
  ['depth_unusual_ahead', 'ln', 'ln of depth ahead now over its mean over [20], 1 lot added to both'],
  ['best_size_ahead', 'ln lots', 'ln1 of the lots at the best price ahead, mean over [0.25]'],
  ['best_size_behind', 'ln lots', 'ln1 of the lots at the best price behind, mean over [0.25]'],
];

const IMBALANCE: readonly Line[] = [
  ['imbalance_l1', '1', 's imbalance_l1, now'],
  ['imbalance_l1_1m', '1', 's imbalance_l1_twa, mean over [1]'],
  ['imbalance_l10', '1', 's imbalance_l10, now'],
  ['imbalance_l10_5m', '1', 's imbalance_l10_twa, mean over [5]'],
  ['imbalance_l10_change', '1', 's imbalance_l10 now less when the approach began'],
  ['microprice_lead', 'ticks', 's (microprice - mid), mean over [0.25]'],
  ['spread_1m', 'ticks', 'spread_twa, mean over [1]'],
];

const SHAPE: readonly Line[] = [
  ['slope_ahead', 'ln', 'ln1 of the slope of cumulative size on distance ahead, now'],
  ['slope_behind', 'ln', 'likewise behind'],
  ['concentration_ahead', '1', 'Herfindahl index of the ten level sizes ahead, now'],
  ['concentration_behind', '1', 'likewise behind'],
  ['center_ahead', 'ticks', 'size-weighted distance of the ten levels ahead from the best price, now'],
  ['center_behind', 'ticks', 'likewise behind'],
  [
    'best_share_difference',
    '1',
    'share of the best level in ten-level depth, ahead less behind, mean over [1]',
  ],
];

const WALLS: readonly Line[] = [
  [
    'wall_ratio_ahead',
    'ln',
    'ln of the lots of the largest level ahead over the median of its neighbours, now',
  ],
  ['wall_distance_ahead', 'ticks', 's (wall - L): how far beyond the level the wall ahead stands'],
  ['wall_age_ahead', 'ln s', 'ln1 of the age of the wall ahead'],
  ['wall_pulled_ahead', '1', 'lots pulled from walls ahead / (pulled + filled + 1), over [a]'],
  ['wall_filled_ahead', 'ln lots', 'ln1 of the lots filled at walls ahead, over [a]'],
  ['wall_ratio_behind', 'ln', 'as wall_ratio_ahead, behind'],
  ['wall_distance_behind', 'ticks', 's (L - wall): how far before the level the wall behind stands'],
  ['wall_age_behind', 'ln s', 'ln1 of the age of the wall behind'],
  ['big_order_ahead', '1', 'largest single order ahead over ten-level depth ahead, now'],
  ['big_order_behind', '1', 'likewise behind'],
];

const FLOW: readonly Line[] = [
  ['ofi_15s', '1', 's sum of ofi_l1 over [0.25], over mean best size of both sides'],
  ['ofi_1m', '1', 'likewise over [1]'],
  ['ofi_5m', '1', 'likewise over [5]'],
  ['ofi_deep_1m', '1', 's sum of ofi_l2..ofi_l10 over [1], over mean ten-level depth of both sides'],
  ['ofi_deep_5m', '1', 'likewise over [5]'],
  ['aggression_15s', '1', 's (buy_vol - sell_vol) / (buy_vol + sell_vol + 1) over [0.25]'],
  ['aggression_1m', '1', 'likewise over [1]'],
  ['aggression_5m', '1', 'likewise over [5]'],
  ['volume_surge', 'ln', 'ln of the volume a bar over [1] over that over [20], 1 lot added to both'],
  ['trade_size', 'ln lots', 'ln1 of volume / trades over [1]; 0 without trades'],
  ['stops_1m', 'ln lots', 'ln1 of the lots of triggered stops in the direction of the approach, over [1]'],
  ['sweeps_1m', 'slog ticks', 'slog of the ticks swept along the approach less those against it, over [1]'],
  ['icebergs_ahead', 'ln lots', 'ln1 of the lots icebergs ahead refilled, over [5]'],
  ['icebergs_behind', 'ln lots', 'likewise behind'],
];

const ORDERS: readonly Line[] = [
  ['pull_add_ahead', 'ln', 'ln((pulled + 1) / (added + 1)), lots from the touch to 10 ticks ahead, over [1]'],
  ['pull_add_behind', 'ln', 'likewise behind'],
  [
    'add_intensity_ahead',
    'ln',
    'ln1 of the lots added from the touch to 10 ticks ahead over [1], over ten-level depth + 1',
  ],
  ['quotes_per_trade', 'ln', 'ln((adds + cancels + modifies + 1) / (trades + 1)), counts over [1]'],
];

const VACUUM: readonly Line[] = [
  ['zone_depth_ahead', 'ln lots', 'ln1 of the lots ahead in the at and near zones of the level, now'],
  [
    'zone_depth_beyond',
    'ln',
    'ln((mid + far + 1) / (at + near + 1)), lots ahead, now: is there anything behind the door',
  ],
  ['zone_depth_behind', 'ln lots', 'ln1 of the lots behind in the at and near zones, now'],
  [
    'retreat_ahead',
    'ln',
    'ln((d + 1) / (d0 + 1)), d the distance of the centre of lots ahead from the level now, d0 when the approach began',
  ],
  ['retreat_behind', 'ln', 'likewise of the centre of lots behind'],
  ['zone_pull_add_ahead', 'ln', 'ln((pulled + 1) / (added + 1)), resting lots ahead in all zones, over [a]'],
  ['zone_pull_add_behind', 'ln', 'likewise behind'],
  [
    'pull_near_share_ahead',
    '1',
    'share of the at and near zones in lots pulled ahead, over [a]; 0.5 without any',
  ],
  ['reprice_away_ahead', '1', 'lots ahead moved away from the level / all moved, over [a]; 0.5 without any'],
  ['reprice_toward_behind', '1', 'lots behind moved toward the level / all moved, over [a]; 0.5 without any'],
  [
    'replenishment_ahead',
    'ln',
    'ln((filled + 1) / (net decrease of displayed lots + 1)) at the level ahead, over [a]: refilled or eaten',
  ],
  [
    'resting_age_ahead',
    'ln s',
    'ln1 of the lot-weighted age of the orders ahead in the at and near zones, now',
  ],
  [
    'vacuum',
    'ln',
    'retreat_ahead - retreat_behind + zone_pull_add_ahead - zone_pull_add_behind, of the last minute alone',
  ],
  ['vacuum_trend', 'ln', 'that figure less the same of the minute before'],
];

const OPTION_FLOW: readonly Line[] = [
  ['pressure_with_1m', 'slog lots', 'slog of s pressure of the right with, summed over [1]'],
  ['pressure_against_1m', 'slog lots', 'slog of s pressure of the right against, summed over [1]'],
  ['pressure_with_10m', 'slog lots', 'likewise with, over [10]'],
  ['pressure_against_10m', 'slog lots', 'likewise against, over [10]'],
  ['pressure_with_session', 'slog lots', 'likewise with, since the session began'],
  ['pressure_against_session', 'slog lots', 'likewise against, since the session began'],
  ['tide_with', '1', 'share of the right with in the tide of the last bars (tideBars)'],
  ['tide_against', '1', 'share of the right against'],
  [
    'tide_level_with',
    '1',
    'tide of the right with in the bands at the level and next to it, over all premium + 1 USD, over [10]',
  ],
  ['tide_level_against', '1', 'likewise of the right against'],
  [
    'tide_ahead',
    '1',
    'tide of the right with in the bands ahead of the level, over all premium + 1 USD, over [10]',
  ],
  ['tide_behind', '1', 'tide of the right against in the bands behind the level, likewise'],
];

const EXPOSURE: readonly Line[] = [
  ['gex_with', 'slog gex_scale', 'slog of the dealer gamma exposure of the right with'],
  ['gex_against', 'slog gex_scale', 'slog of the dealer gamma exposure of the right against'],
  ['gex_nearest_share', '1', 'nearest_gex over the absolute exposures of calls and puts + 1'],
  ['gex_at', 'slog gex_scale', 'slog of the net exposure of the strikes at the level'],
  ['gex_ahead_1', 'slog gex_scale', 'slog of the net exposure of band 1 ahead'],
  ['gex_ahead_2', 'slog gex_scale', 'slog of the net exposure of band 2 ahead'],
  ['gex_ahead_3', 'slog gex_scale', 'slog of the net exposure of band 3 ahead'],
  ['gex_behind_1', 'slog gex_scale', 'slog of the net exposure of band 1 behind'],
  ['gex_behind_2', 'slog gex_scale', 'slog of the net exposure of band 2 behind'],
  ['gex_behind_3', 'slog gex_scale', 'slog of the net exposure of band 3 behind'],
  ['gex_asymmetry', '1', '(ahead - behind) / (|ahead| + |behind| + 1), net exposures of all three bands'],
  [
    'hedge_change',
    'slog lots/point',
    'slog of hedge_lots_per_point now less at the session open: how dealer hedging has turned',
  ],
];

const STRIKES_AND_VOLATILITY: readonly Line[] = [
  [
    'wall_with',
    'ticks',
    's (W - L), W the wall of the right with (call wall for UP, put wall for DOWN); within +-400',
  ],
  ['wall_against', 'ticks', 'likewise, the wall of the right against'],
  ['flip', 'ticks', 's (flip - L); within +-400, 400 s sign(net exposure) where there is no flip in reach'],
  ['open_interest_priced', '1', 'share of open interest whose exposure could be computed'],
  ['volatility', 'ln', 'ln of the at-the-money volatility of the nearest expiry'],
  ['volatility_term', '1 / sqrt(year)', 'that of the next expiry less that of the nearest'],
  ['volatility_skew', '1 / sqrt(year)', 's skew: volatility behind less ahead'],
  ['volatility_change', 'ln', 'ln of the nearest volatility now over 30 min before'],
];

const feature =
  (group: FeatureGroup, source: string) =>
  ([name, unit, formula]: Line): Omit<Feature, 'index'> => ({ name, group, unit, formula, source });

/** All dimensions, in the order of the vector. */
export const FEATURES: readonly Feature[] = [
  ...PATH.map(feature('geometry', BARS_MID)),
  ...APPROACH.map(
    feature('geometry', 'gold.episodes, gold.outcomes decided before the touch; silver.bars mid'),
  ),
  ...OTHER_LEVELS.map(feature('geometry', 'silver.levels price, as known at the touch')),
  ...DEPTH.map(feature('book', 'silver.bars depth10_*, bid_sz, ask_sz')),
  ...IMBALANCE.map(
    feature('book', 'silver.bars imbalance_l1, imbalance_l10, *_twa, microprice, mid, spread_twa'),
  ),
  ...SHAPE.map(feature('book', 'silver.bars slope_*, hhi_*, cog_*, best_share_*')),
  ...WALLS.map(feature('book', 'silver.bars wall_*, big_*')),
  ...FLOW.map(
    feature('book', 'silver.bars ofi_*, buy_vol, sell_vol, volume, trades, stop_*, sweep_*, iceberg_*'),
  ),
  ...ORDERS.map(feature('book', 'silver.bars add_*, pull_*, mod_* by distance')),
  ...VACUUM.map(feature('book', 'silver.vacuum of the level')),
  ...OPTION_FLOW.map(feature('options', 'silver.option_flow of the level')),
  ...EXPOSURE.map(feature('options', 'silver.option_exposure of the level')),
  ...STRIKES_AND_VOLATILITY.map(feature('options', 'silver.option_exposure')),
].map((described, index) => ({ index, ...described }));
