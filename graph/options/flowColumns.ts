/** The columns of `silver.option_flow`, each with how its value is read off the operator. */
import { BANDS } from './bands';
import { EXCLUSIONS, type Exclusion } from './classify';
import type { BandedFlow, OptionFlow } from './flow';
import { banded, figure, head, tally, type RowColumn } from './rowColumns';
import { FLOW_SIGNS, type OptionSettings } from './settings';

/** Why there is no flow. */
export const NO_FLOW = ['no option definitions', 'no option trades'] as const;
export type NoFlow = (typeof NO_FLOW)[number];

export interface FlowContext {
  /** ns UTC. */
  readonly barStart: bigint;
  readonly levelId: string;
  /** The price strikes are banded around, points; NaN if unknown. */
  readonly levelPrice: number;
  /** Price of the future at the bar's end, points; NaN if unknown. */
  readonly future: number;
  readonly missing: NoFlow | null;
  readonly flow: OptionFlow;
  /** Flow of the bar around `levelPrice`. */
  readonly around: BandedFlow;
  readonly settings: OptionSettings;
}

const DELTA = 'lots of the future';
const PUTS = BANDS.length;

const excluded = (flow: OptionFlow, reasons: readonly Exclusion[]) =>
  reasons.reduce((sum, reason) => sum + flow.excluded[EXCLUSIONS.indexOf(reason)], 0);
const OTHERS = EXCLUSIONS.filter((reason) => reason !== 'combination');

export const FLOW_COLUMNS: readonly RowColumn<FlowContext>[] = [
  head(
    { name: 'bar_start_utc', type: 'int64', unit: 'ns UTC', meaning: 'Start of the bar, as in silver.bars' },
    (c) => c.barStart,
  ),
  head(
    {
      name: 'level_id',
      type: 'string',
      unit: '',
      meaning:
        'Level of silver.levels whose strike bands the row holds; PRICE for the future itself. The rest repeats in every row of a bar',
    },
    (c) => c.levelId,
  ),
  head(
    {
      name: 'level_price',
      type: 'double',
      unit: 'points',
      meaning: 'Its price at the end of the bar',
      nullable: true,
    },
    (c) => c.levelPrice,
  ),
  head(
    {
      name: 'future',
      type: 'double',
      unit: 'points',
      meaning: "The future's price at the end of the bar",
      nullable: true,
    },
    (c) => c.future,
  ),
  head(
    {
      name: 'has_flow',
      type: 'boolean',
      unit: '',
      meaning:
        'Whether option trades were seen this session; until then all figures are null, which is not zero',
    },
    (c) => c.missing === null,
  ),
  head(
    {
      name: 'missing',
      type: 'string',
      unit: '',
      meaning: 'Why there is no flow',
      nullable: true,
      oneOf: NO_FLOW,
    },
    (c) => c.missing,
  ),
  head(
    {
      name: 'flow_sign',
      type: 'string',
      unit: '',
      meaning: 'Whose buying counts positive in pressure and tide: customer (the aggressor) or dealer',
      oneOf: FLOW_SIGNS,
    },
    (c) => c.settings.flowSign,
  ),
  tally('trades', 'count', 'Trades of single options on this future', (c) => c.flow.bar.trades),
  tally('lots', 'lots', 'Lots of those trades', (c) => c.flow.bar.lots),
  tally('call_bought', 'lots', 'Calls bought by aggressors', (c) => c.flow.bar.callBought),
  tally('call_sold', 'lots', 'Calls sold by aggressors', (c) => c.flow.bar.callSold),
  tally('put_bought', 'lots', 'Puts bought by aggressors', (c) => c.flow.bar.putBought),
  tally('put_sold', 'lots', 'Puts sold by aggressors', (c) => c.flow.bar.putSold),
  tally('side_none', 'lots', 'Options traded without an aggressor', (c) => c.flow.bar.sideNone),
  tally(
    'unpriced_trades',
    'count',
    'Trades at a price no volatility yields; their delta is that of the volatility the strike last had, or of intrinsic value',
    (c) => c.flow.bar.unpriced,
  ),
  tally(
    'combination_trades',
    'count',
    'Trades of combinations (user-defined spreads), left out: their side says nothing about a leg',
    (c) => excluded(c.flow, ['combination']),
  ),
  tally('other_excluded_trades', 'count', `Trades left out because of: ${OTHERS.join(', ')}`, (c) =>
    excluded(c.flow, OTHERS),
  ),
  figure('call_pressure', DELTA, 'Calls: sum of side x delta x lots', (c) => c.flow.bar.callPressure),
  figure(
    'put_pressure',
    DELTA,
    'Puts: sum of side x delta x lots; puts bought count negative, as their delta is',
    (c) => c.flow.bar.putPressure,
  ),
  figure(
    'session_call_pressure',
    DELTA,
    'call_pressure since the session began',
    (c) => c.flow.session.callPressure,
  ),
  figure(
    'session_put_pressure',
    DELTA,
    'put_pressure since the session began',
    (c) => c.flow.session.putPressure,
  ),
  figure('call_tide', 'USD', 'Calls: sum of side x premium', (c) => c.flow.bar.callTide),
  figure(
    'put_tide',
    'USD',
    'Puts: sum of side x premium; puts bought count positive',
    (c) => c.flow.bar.putTide,
  ),
  figure('session_call_tide', 'USD', 'call_tide since the session began', (c) => c.flow.session.callTide),
  figure('session_put_tide', 'USD', 'put_tide since the session began', (c) => c.flow.session.putTide),
  figure('premium', 'USD', 'All premium that changed hands in the bar', (c) => c.flow.bar.premium),
  figure(
    'call_tide_share',
    '1',
    'call_tide of the last bars (setting tideBars) as a share of all their premium, calls and puts; 0 without any',
    (c) => c.flow.tideShare('callTide'),
  ),
  figure('put_tide_share', '1', 'put_tide of the last bars, likewise', (c) => c.flow.tideShare('putTide')),
  ...banded<FlowContext>('call_pressure', DELTA, 'call_pressure', (c, i) => c.around.pressure[i]),
  ...banded<FlowContext>('put_pressure', DELTA, 'put_pressure', (c, i) => c.around.pressure[i + PUTS]),
  ...banded<FlowContext>('call_tide', 'USD', 'call_tide', (c, i) => c.around.tide[i]),
  ...banded<FlowContext>('put_tide', 'USD', 'put_tide', (c, i) => c.around.tide[i + PUTS]),
];
