/**
 * What option positions make dealers do around the level. Exposures are turned into lots of the future per point, so that the
 * scale chosen for Silver makes no difference; those of strike bands are shares of what lies around the level, since a sum
 * of either sign that ranges over decades says little but its sign.
 */
import { BANDS } from '../../options/bands';
import { slog } from '../arithmetic';
import type { Family } from '../family';
import type { Right } from '../silverFields';
import type { TouchView } from '../touchView';

type Band = (typeof BANDS)[number];

/** Lots of the future per point. */
const gex = (v: TouchView, right: Right) => v.exposure.get(`${right}_gex`) * v.lotsPerPoint;

/** Net exposure in a band around the level, lots of the future per point. */
const net = (v: TouchView, band: Band) =>
  (v.levelExposure.get(`call_gex_${band}`) + v.levelExposure.get(`put_gex_${band}`)) * v.lotsPerPoint;

/** Its share of the absolute exposures in all bands around the level. */
function netShare(v: TouchView, band: Band): number {
  let gross = 0;
  for (const each of BANDS)
    gross +=
      Math.abs(v.levelExposure.get(`call_gex_${each}`)) + Math.abs(v.levelExposure.get(`put_gex_${each}`));
  return net(v, band) / (gross * v.lotsPerPoint + 1);
}

const netOf = (v: TouchView, way: 'above' | 'below') =>
  net(v, `${way}_1`) + net(v, `${way}_2`) + net(v, `${way}_3`);

function asymmetry(v: TouchView): number {
  const ahead = netOf(v, v.beyond);
  const behind = netOf(v, v.before);
  return (ahead - behind) / (Math.abs(ahead) + Math.abs(behind) + 1);
}

export const EXPOSURE: Family = {
  group: 'options',
  source: 'silver.option_exposure of the level; PRICE for totals',
  dimensions: [
    [
      'gex_with',
      'slog lots/point',
      'slog of the dealer gamma exposure of the right with',
      (v) => slog(gex(v, v.with)),
    ],
    [
      'gex_against',
      'slog lots/point',
      'slog of the dealer gamma exposure of the right against',
      (v) => slog(gex(v, v.against)),
    ],
    [
      'gex_nearest_share',
      '1',
      'exposure of the nearest expiry over the absolute exposures of calls and puts + 1, lots/point',
      (v) =>
        (v.exposure.get('nearest_gex') * v.lotsPerPoint) /
        (Math.abs(gex(v, 'call')) + Math.abs(gex(v, 'put')) + 1),
    ],
    [
      'gex_at',
      '1',
      'net exposure of the strikes at the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, 'at'),
    ],
    [
      'gex_ahead_1',
      '1',
      'net exposure of band 1 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.beyond}_1`),
    ],
    [
      'gex_ahead_2',
      '1',
      'net exposure of band 2 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.beyond}_2`),
    ],
    [
      'gex_ahead_3',
      '1',
      'net exposure of band 3 beyond the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.beyond}_3`),
    ],
    [
      'gex_behind_1',
      '1',
      'net exposure of band 1 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.before}_1`),
    ],
    [
      'gex_behind_2',
      '1',
      'net exposure of band 2 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.before}_2`),
    ],
    [
      'gex_behind_3',
      '1',
      'net exposure of band 3 before the level over the absolute exposures of calls and puts in all seven bands around it + 1, lots/point',
      (v) => netShare(v, `${v.before}_3`),
    ],
    [
      'gex_asymmetry',
      '1',
      '(beyond - before) / (|beyond| + |before| + 1), net exposures of all three bands, lots/point',
      asymmetry,
    ],
    [
      'hedge_change',
      'slog lots/point',
      'slog of hedge_lots_per_point now less 30 min before: how dealer hedging has turned',
      (v) => slog(v.exposure.get('hedge_lots_per_point') - v.exposureBefore.get('hedge_lots_per_point')),
    ],
  ],
};
