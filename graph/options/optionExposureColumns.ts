/** The columns of `silver.option_exposure`. */
import { duration, figure, flag, instant, name, price, type Column } from '../datasets/column';
import { YEAR_FRACTION } from './expiry';
import { NO_EXPOSURE } from './optionExposure';
import type { ExposureAround, ExposureReading } from './readings';
import { DEALER_SIGNS, GEX_SCALES } from './settings';
import { banded, levelColumns, masked } from './strikeBandColumns';

const GEX = 'gex_scale';
const VOL = '1 / sqrt(year)';
const MAPPED =
  'that of an option on another future less the basis, the points that future lies above this one';

/** Null without data. */
export const EXPOSURE_FIGURES: readonly Column<ExposureAround>[] = [
  figure('call_gex', {
    unit: GEX,
    meaning: 'Gamma exposure of dealers in calls',
    value: ({ total }) => total.callGex,
  }),
  figure('put_gex', {
    unit: GEX,
    meaning: 'Gamma exposure of dealers in puts',
    value: ({ total }) => total.putGex,
  }),
  figure('nearest_gex', {
    unit: GEX,
    meaning: 'Gamma exposure of calls and puts that expire next (0DTE on most days)',
    value: ({ total }) => total.nearestGex,
  }),
  price('call_wall', {
    meaning: `Strike with the largest exposure in calls; ${MAPPED}`,
    value: ({ total }) => total.callWall,
  }),
  price('put_wall', {
    meaning: `Strike with the largest exposure in puts; ${MAPPED}`,
    value: ({ total }) => total.putWall,
  }),
  price('flip', {
    meaning:
      "The future's price nearest to the present one at which net exposure changes sign, every strike keeping its volatility; null if there is none within the setting flipRangePercent",
    value: ({ total }) => total.flip,
  }),
  figure('hedge_lots_per_point', {
    unit: 'lots of the future / point',
    meaning:
      'What dealers buy to stay hedged when the future rises one point, and sell when it falls one: positive drives moves on, negative damps them',
    formula: '-(call_gex + put_gex) in lots per point',
    value: ({ total }) => total.hedgeLotsPerPoint,
  }),
  figure('nearest_vol', {
    unit: VOL,
    meaning: 'Volatility at the money of the nearest expiry',
    value: ({ total }) => total.nearestVol,
  }),
  duration('nearest_expiry_seconds', {
    meaning: 'Time to that expiry',
    value: ({ total }) => total.nearestSeconds,
  }),
  figure('next_vol', {
    unit: VOL,
    meaning: 'Volatility at the money of the expiry after it',
    value: ({ total }) => total.nextVol,
  }),
  figure('skew', {
    unit: VOL,
    meaning: 'Nearest expiry: volatility one standard deviation below the money less that one above',
    value: ({ total }) => total.skew,
  }),
  figure('open_interest', {
    unit: 'lots',
    meaning: 'Open contracts of all expiries to come, as published for the day before',
    value: ({ total }) => total.openInterest,
  }),
  figure('priced_open_interest', {
    unit: 'lots',
    meaning:
      'Those of them with a volatility, own or borrowed from the nearest expiry, on a future whose basis is known; the others enter no figure',
    value: ({ total }) => total.pricedOpenInterest,
  }),
  ...banded<ExposureAround>('call_gex', GEX, ({ around }, band) => around.calls[band]),
  ...banded<ExposureAround>('put_gex', GEX, ({ around }, band) => around.puts[band]),
];

export const EXPOSURE_COLUMNS: readonly Column<ExposureReading>[] = [
  instant('ts', {
    meaning: 'The moment the row is as of: the end of a bar. Nothing later enters it',
    value: (reading) => reading.ts,
  }),
  ...levelColumns('moment', 'at that moment'),
  flag('has_exposure', {
    meaning: 'Whether there were positions and volatilities to work with; if not, all figures are null',
    value: (reading) => reading.figures !== null,
  }),
  name('missing', {
    meaning: 'Why there is no exposure',
    nullable: true,
    oneOf: NO_EXPOSURE,
    value: (reading) => reading.missing,
  }),
  name('dealer_sign', {
    meaning: 'Which side of the open contracts dealers are supposed to hold. Other signs make other numbers',
    oneOf: DEALER_SIGNS,
    value: ({ settings }) => settings.dealerSign,
  }),
  name(GEX, {
    meaning:
      'Unit of every gamma exposure here: usd-per-1pct (gamma x lots x multiplier x S^2 / 100), usd-per-point (x S), half-gamma-s2 (x S^2 / 2), or lots-per-point (gamma x lots)',
    oneOf: GEX_SCALES,
    value: ({ settings }) => settings.gexScale,
  }),
  name('year_fraction', { meaning: 'How time to expiry becomes years', value: () => YEAR_FRACTION }),
  figure('rate', {
    unit: '1 / year',
    meaning: 'Discount rate used',
    nullable: false,
    value: ({ settings }) => settings.rate,
  }),
  ...masked(EXPOSURE_FIGURES),
];
