/**
 * Dealer gamma exposure around the level. Exposures are turned into lots of the future per point, so that the scale chosen for
 * Silver makes no difference. Those of strike bands are shares of the exposure around the level: a signed sum that ranges over
 * several powers of ten would tell little more than its sign.
 */
import { BANDS } from '../../options/bands';
import { ln1, slog } from '../arithmetic';
import type { Family } from '../family';
import type { Right } from '../silverFields';
import type { TouchView } from '../touchView';

type Band = (typeof BANDS)[number];

/** Lots of the future per point. */
const gex = (v: TouchView, right: Right) => v.exposure.get(`${right}_gex`) * v.lotsPerPoint;

/** Net exposure in a band around the level, lots of the future per point. */
const net = (v: TouchView, band: Band) =>
  (v.levelExposure.get(`call_gex_${band}`) + v.levelExposure.get(`put_gex_${band}`)) * v.lotsPerPoint;

/** Absolute exposures of calls and puts in all bands around the level. */
function around(v: TouchView): number {
  let gross = 0;
  for (const band of BANDS)
    gross +=
      Math.abs(v.levelExposure.get(`call_gex_${band}`)) + Math.abs(v.levelExposure.get(`put_gex_${band}`));
  return gross * v.lotsPerPoint;
}

const netShare = (v: TouchView, band: Band) => net(v, band) / (around(v) + 1);

/** Absolute exposures of all calls and puts. */
const total = (v: TouchView) => Math.abs(gex(v, 'call')) + Math.abs(gex(v, 'put'));

const netOf = (v: TouchView, way: 'above' | 'below') =>
  net(v, `${way}_1`) + net(v, `${way}_2`) + net(v, `${way}_3`);

function asymmetry(v: TouchView): number {
  const ahead = netOf(v, v.beyond);
  const behind = netOf(v, v.before);
  return (ahead - behind) / (Math.abs(ahead) + Math.abs(behind) + 1);
}

export const DEALER_EXPOSURE: Family = {
  group: 'options',
  source: 'silver.option_exposure of the level; PRICE for totals',
  dimensions: [
    {
      name: 'gex_size',
      unit: 'ln lots/point',
      formula: 'ln1 of the absolute dealer gamma exposures of calls and puts',
      value: (v) => ln1(total(v)),
    },
    {
      name: 'gex_net',
      unit: '1',
      formula:
        'net exposure of calls and puts over their absolute exposures + 1, lots/point: positive damps moves',
      value: (v) => (gex(v, 'call') + gex(v, 'put')) / (total(v) + 1),
    },
    {
      name: 'gex_nearest_share',
      unit: '1',
      formula: 'exposure of the nearest expiry over the absolute exposures of calls and puts + 1, lots/point',
      value: (v) => (v.exposure.get('nearest_gex') * v.lotsPerPoint) / (total(v) + 1),
    },
    {
      name: 'gex_around',
      unit: '1',
      formula:
        'absolute exposures of calls and puts in all seven bands around the level over those at all strikes + 1, lots/point',
      value: (v) => around(v) / (total(v) + 1),
    },
    {
      name: 'gex_at',
      unit: '1',
      formula:
        'net exposure of the strikes at the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, 'at'),
    },
    {
      name: 'gex_ahead_1',
      unit: '1',
      formula:
        'net exposure of band 1 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.beyond}_1`),
    },
    {
      name: 'gex_ahead_2',
      unit: '1',
      formula:
        'net exposure of band 2 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.beyond}_2`),
    },
    {
      name: 'gex_ahead_3',
      unit: '1',
      formula:
        'net exposure of band 3 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.beyond}_3`),
    },
    {
      name: 'gex_behind_1',
      unit: '1',
      formula:
        'net exposure of band 1 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.before}_1`),
    },
    {
      name: 'gex_behind_2',
      unit: '1',
      formula:
        'net exposure of band 2 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.before}_2`),
    },
    {
      name: 'gex_behind_3',
      unit: '1',
      formula:
        'net exposure of band 3 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      value: (v) => netShare(v, `${v.before}_3`),
    },
    {
      name: 'gex_asymmetry',
      unit: '1',
      formula: '(beyond - before) / (|beyond| + |before| + 1), net exposures of all three bands, lots/point',
      value: asymmetry,
    },
    {
      name: 'hedge_change',
      unit: 'slog lots/point',
      formula: 'slog of hedge_lots_per_point now less 30 min before: change of dealer hedging',
      value: (v) =>
        slog(v.exposure.get('hedge_lots_per_point') - v.exposureBefore.get('hedge_lots_per_point')),
    },
  ],
};
