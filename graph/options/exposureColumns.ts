/** The columns of `silver.option_exposure`, each with how its value is read off the operator. */
import type { TimeOrigin } from '../market/time';
import { BANDS } from './bands';
import { YEAR_FRACTION } from './expiry';
import { NO_EXPOSURE, type NoExposure, type OptionExposure } from './exposure';
import { banded, figure, head, type RowColumn } from './rowColumns';
import { DEALER_SIGNS, GEX_SCALES, type OptionSettings } from './settings';

export interface ExposureContext {
  readonly origin: TimeOrigin;
  /** ns since the origin. */
  readonly at: number;
  readonly levelId: string;
  /** The price strikes are banded around, points; NaN if unknown. */
  readonly levelPrice: number;
  /** Points; NaN if unknown. */
  readonly future: number;
  readonly missing: NoExposure | null;
  readonly exposure: OptionExposure;
  /** Exposure around `levelPrice`. */
  readonly around: Float64Array;
  readonly settings: OptionSettings;
}

const GEX = 'gex_scale';
const PUTS = BANDS.length;

export const EXPOSURE_COLUMNS: readonly RowColumn<ExposureContext>[] = [
  head(
    {
      name: 'ts',
      type: 'int64',
      unit: 'ns UTC',
      meaning: 'The moment the row is as of: the end of a bar. Nothing later enters it',
    },
    (c) => c.origin.absolute(c.at),
  ),
  head(
    {
      name: 'level_id',
      type: 'string',
      unit: '',
      meaning:
        'Level of silver.levels whose strike bands the row holds; PRICE for the future itself. The rest repeats in every row of a moment',
    },
    (c) => c.levelId,
  ),
  head(
    {
      name: 'level_price',
      type: 'double',
      unit: 'points',
      meaning: 'Its price at that moment',
      nullable: true,
    },
    (c) => c.levelPrice,
  ),
  head(
    { name: 'future', type: 'double', unit: 'points', meaning: "The future's price then", nullable: true },
    (c) => c.future,
  ),
  head(
    {
      name: 'has_exposure',
      type: 'boolean',
      unit: '',
      meaning: 'Whether there were positions and volatilities to work with; if not, all figures are null',
    },
    (c) => c.missing === null,
  ),
  head(
    {
      name: 'missing',
      type: 'string',
      unit: '',
      meaning: 'Why there is no exposure',
      nullable: true,
      oneOf: NO_EXPOSURE,
    },
    (c) => c.missing,
  ),
  head(
    {
      name: 'dealer_sign',
      type: 'string',
      unit: '',
      meaning:
        'Which side of the open contracts dealers are supposed to hold. Other signs make other numbers',
      oneOf: DEALER_SIGNS,
    },
    (c) => c.settings.dealerSign,
  ),
  head(
    {
      name: 'gex_scale',
      type: 'string',
      unit: '',
      meaning:
        'Unit of every gamma exposure here: usd-per-1pct (gamma x lots x multiplier x S^2 / 100), usd-per-point (x S), half-gamma-s2 (x S^2 / 2), or lots-per-point (gamma x lots)',
      oneOf: GEX_SCALES,
    },
    (c) => c.settings.gexScale,
  ),
  head(
    { name: 'year_fraction', type: 'string', unit: '', meaning: 'How time to expiry becomes years' },
    () => YEAR_FRACTION,
  ),
  head(
    { name: 'rate', type: 'double', unit: '1 / year', meaning: 'Discount rate used' },
    (c) => c.settings.rate,
  ),
  figure('call_gex', GEX, 'Gamma exposure of dealers in calls', (c) => c.exposure.figures.callGex),
  figure('put_gex', GEX, 'Gamma exposure of dealers in puts', (c) => c.exposure.figures.putGex),
  figure(
    'nearest_gex',
    GEX,
    'Gamma exposure of calls and puts that expire next (0DTE on most days)',
    (c) => c.exposure.figures.nearestGex,
  ),
  figure(
    'call_wall',
    'points',
    'Strike with the largest exposure in calls',
    (c) => c.exposure.figures.callWall,
  ),
  figure('put_wall', 'points', 'Strike with the largest exposure in puts', (c) => c.exposure.figures.putWall),
  figure(
    'flip',
    'points',
    "The future's price nearest to the present one at which net exposure changes sign, every strike keeping its volatility; null if there is none within the setting flipRangePercent",
    (c) => c.exposure.figures.flip,
  ),
  figure(
    'hedge_lots_per_point',
    'lots of the future / point',
    'What dealers buy to stay hedged when the future rises one point, and sell when it falls one: positive drives moves on, negative damps them',
    (c) => c.exposure.figures.hedgeLotsPerPoint,
  ),
  figure(
    'nearest_vol',
    '1 / sqrt(year)',
    'Volatility at the money of the nearest expiry',
    (c) => c.exposure.figures.nearestVol,
  ),
  figure(
    'nearest_expiry_seconds',
    's',
    'Time to that expiry',
    (c) => (c.exposure.figures.nearestExpiry - c.at) / 1e9,
  ),
  figure('next_vol', '1 / sqrt(year)', 'Likewise, of the expiry after it', (c) => c.exposure.figures.nextVol),
  figure(
    'skew',
    '1 / sqrt(year)',
    'Nearest expiry: volatility one standard deviation below the money less that one above',
    (c) => c.exposure.figures.skew,
  ),
  figure(
    'open_interest',
    'lots',
    'Open contracts of all expiries to come, as published for the day before',
    (c) => c.exposure.figures.openInterest,
  ),
  figure(
    'priced_open_interest',
    'lots',
    'Those of them with a volatility, own or borrowed from the nearest expiry; the others enter no figure',
    (c) => c.exposure.figures.pricedOpenInterest,
  ),
  ...banded<ExposureContext>('call_gex', GEX, 'call_gex', (c, i) => c.around[i]),
  ...banded<ExposureContext>('put_gex', GEX, 'put_gex', (c, i) => c.around[i + PUTS]),
];
