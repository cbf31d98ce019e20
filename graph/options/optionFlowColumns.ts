/** The columns of `silver.option_flow`. */
import { count, figure, flag, instant, lots, name, type Column } from '../datasets/column';
import { EXCLUSIONS, type Exclusion } from './classify';
import { NO_FLOW, type FlowFigures } from './optionFlow';
import type { FlowAround, FlowReading } from './readings';
import { FLOW_SIGNS } from './settings';
import { banded, levelColumns, masked } from './strikeBandColumns';

const DELTA = 'lots of the future';

const excluded = (figures: FlowFigures, reasons: readonly Exclusion[]) =>
  reasons.reduce((sum, reason) => sum + figures.excluded[EXCLUSIONS.indexOf(reason)], 0);
const OTHERS = EXCLUSIONS.filter((reason) => reason !== 'combination');

/** Null without data. */
export const FLOW_FIGURES: readonly Column<FlowAround>[] = [
  count('trades', {
    meaning: 'Trades of single options on this future',
    value: ({ total }) => total.bar.trades,
  }),
  lots('lots', { meaning: 'Lots of those trades', value: ({ total }) => total.bar.lots }),
  lots('call_bought', { meaning: 'Calls bought by aggressors', value: ({ total }) => total.bar.callBought }),
  lots('call_sold', { meaning: 'Calls sold by aggressors', value: ({ total }) => total.bar.callSold }),
  lots('put_bought', { meaning: 'Puts bought by aggressors', value: ({ total }) => total.bar.putBought }),
  lots('put_sold', { meaning: 'Puts sold by aggressors', value: ({ total }) => total.bar.putSold }),
  lots('side_none', {
    meaning: 'Options traded without an aggressor',
    value: ({ total }) => total.bar.sideNone,
  }),
  count('unpriced_trades', {
    meaning:
      'Trades at a price no volatility yields; their delta is that of the volatility the strike last had, or of intrinsic value',
    value: ({ total }) => total.bar.unpriced,
  }),
  count('combination_trades', {
    meaning: 'Trades of combinations (user-defined spreads), left out: their side says nothing about a leg',
    value: ({ total }) => excluded(total, ['combination']),
  }),
  count('other_excluded_trades', {
    meaning: `Trades left out because of: ${OTHERS.join(', ')}`,
    value: ({ total }) => excluded(total, OTHERS),
  }),
  figure('call_pressure', {
    unit: DELTA,
    meaning: 'Signed delta of the calls traded',
    formula: 'sum of side x delta x lots',
    value: ({ total }) => total.bar.callPressure,
  }),
  figure('put_pressure', {
    unit: DELTA,
    meaning: 'Signed delta of the puts traded; puts bought count negative, as their delta is',
    formula: 'sum of side x delta x lots',
    value: ({ total }) => total.bar.putPressure,
  }),
  figure('session_call_pressure', {
    unit: DELTA,
    meaning: 'call_pressure since the session began',
    value: ({ total }) => total.session.callPressure,
  }),
  figure('session_put_pressure', {
    unit: DELTA,
    meaning: 'put_pressure since the session began',
    value: ({ total }) => total.session.putPressure,
  }),
  figure('call_tide', {
    unit: 'USD',
    meaning: 'Signed premium of the calls traded',
    formula: 'sum of side x price x lots x multiplier',
    value: ({ total }) => total.bar.callTide,
  }),
  figure('put_tide', {
    unit: 'USD',
    meaning: 'Signed premium of the puts traded; puts bought count positive',
    formula: 'sum of side x price x lots x multiplier',
    value: ({ total }) => total.bar.putTide,
  }),
  figure('session_call_tide', {
    unit: 'USD',
    meaning: 'call_tide since the session began',
    value: ({ total }) => total.session.callTide,
  }),
  figure('session_put_tide', {
    unit: 'USD',
    meaning: 'put_tide since the session began',
    value: ({ total }) => total.session.putTide,
  }),
  figure('premium', {
    unit: 'USD',
    meaning: 'All premium that changed hands in the bar',
    value: ({ total }) => total.bar.premium,
  }),
  figure('call_tide_share', {
    meaning:
      'call_tide of the last bars (setting tideBars) as a share of all their premium, calls and puts; 0 without any',
    formula: 'sum of call_tide / sum of premium',
    value: ({ total }) => total.callTideShare,
  }),
  figure('put_tide_share', {
    meaning:
      'put_tide of the last bars (setting tideBars) as a share of all their premium, calls and puts; 0 without any',
    formula: 'sum of put_tide / sum of premium',
    value: ({ total }) => total.putTideShare,
  }),
  ...banded<FlowAround>('call_pressure', DELTA, ({ around }, band) => around.callPressure[band]),
  ...banded<FlowAround>('put_pressure', DELTA, ({ around }, band) => around.putPressure[band]),
  ...banded<FlowAround>('call_tide', 'USD', ({ around }, band) => around.callTide[band]),
  ...banded<FlowAround>('put_tide', 'USD', ({ around }, band) => around.putTide[band]),
];

export const FLOW_COLUMNS: readonly Column<FlowReading>[] = [
  instant('bar_start_utc', {
    meaning: 'Start of the bar, as in silver.bars',
    value: (reading) => reading.barStart,
  }),
  ...levelColumns('bar', 'at the end of the bar'),
  flag('has_flow', {
    meaning:
      'Whether option trades were seen this session; until then all figures are null, which is not zero',
    value: (reading) => reading.figures !== null,
  }),
  name('missing', {
    meaning: 'Why there is no flow',
    nullable: true,
    oneOf: NO_FLOW,
    value: (reading) => reading.missing,
  }),
  name('flow_sign', {
    meaning: 'Whose buying counts positive in pressure and tide: customer (the aggressor) or dealer',
    oneOf: FLOW_SIGNS,
    value: ({ settings }) => settings.flowSign,
  }),
  ...masked(FLOW_FIGURES),
];
