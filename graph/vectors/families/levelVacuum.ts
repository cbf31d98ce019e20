/**
 * The resting orders around the level itself: whether the liquidity in the way of price holds or is pulled.
 *
 * `[a]` and `[1]` reach back as far as the level has rows. Lots that were withdrawn before they rested (flashed) say nothing about what
 * rests: they are neither added nor pulled.
 */
import { ln1, lnRatio, share } from '../arithmetic';
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

/** Distance of the center of a side's lots from the inner edge of the zones, ticks; never negative. */
const centerDistance = (v: TouchView, side: Side, back: number) =>
  Math.max(v.vacuum.get(`center_${side}`, back) + v.distances.atZone, 0);

/** How far the center withdrew over `bars` bars, the latest `skip` left out; the level may be younger. */
function retreat(v: TouchView, side: Side, bars: number, skip = 0): number {
  const from = v.vacuum.oldest(skip + bars + 1);
  return from < skip ? NaN : lnRatio(centerDistance(v, side, skip), centerDistance(v, side, from));
}

function pullAdd(v: TouchView, side: Side, bars: number, skip = 0): number {
  const { vacuum } = v;
  const stayed = vacuum.sum(`added_${side}`, bars, skip) - vacuum.sum(`flashed_${side}`, bars, skip);
  return lnRatio(vacuum.sum(`pulled_${side}`, bars, skip), Math.max(stayed, 0));
}

/** How much more the lots ahead withdrew and were pulled than those behind, over a minute. */
function vacuum(v: TouchView, skip: number): number {
  const minute = v.minutes(1);
  return (
    retreat(v, v.ahead, minute, skip) -
    retreat(v, v.behind, minute, skip) +
    pullAdd(v, v.ahead, minute, skip) -
    pullAdd(v, v.behind, minute, skip)
  );
}

function age(v: TouchView, side: Side): number {
  const mean = v.vacuum.get(`age_${side}`);
  return v.vacuum.has(0) && Number.isNaN(mean) ? 0 : ln1(mean);
}

export const LEVEL_VACUUM: Family = {
  group: 'book',
  source: 'silver.vacuum of the level',
  dimensions: [
    {
      name: 'zone_depth_ahead',
      unit: 'ln lots',
      formula: 'ln1 of the lots ahead in the at and near zones of the level, now',
      value: (v) => ln1(v.vacuum.get(`near_depth_${v.ahead}`)),
    },
    {
      name: 'zone_depth_beyond',
      unit: 'ln',
      formula:
        'ln((mid + far + 1) / (at + near + 1)), lots ahead, now: depth beyond the level relative to depth at it',
      value: (v) => lnRatio(v.vacuum.get(`far_depth_${v.ahead}`), v.vacuum.get(`near_depth_${v.ahead}`)),
    },
    {
      name: 'zone_depth_behind',
      unit: 'ln lots',
      formula: 'ln1 of the lots behind in the at and near zones, now',
      value: (v) => ln1(v.vacuum.get(`near_depth_${v.behind}`)),
    },
    {
      name: 'retreat_ahead',
      unit: 'ln',
      formula:
        'ln((d + 1) / (d0 + 1)), d the distance of the center of depth ahead (com) from the inner edge of the zones now, at least 0, d0 when the approach began or in the first row of the level since',
      value: (v) => retreat(v, v.ahead, v.approach),
    },
    {
      name: 'retreat_behind',
      unit: 'ln',
      formula:
        'ln((d + 1) / (d0 + 1)), d the distance of the center of depth behind (com) from the inner edge of the zones now, at least 0, d0 when the approach began or in the first row of the level since',
      value: (v) => retreat(v, v.behind, v.approach),
    },
    {
      name: 'zone_pull_add_ahead',
      unit: 'ln',
      formula:
        'ln((pulled + 1) / (added - flashed + 1)), lots ahead in all zones, over [a]; added - flashed at least 0',
      value: (v) => pullAdd(v, v.ahead, v.approach),
    },
    {
      name: 'zone_pull_add_behind',
      unit: 'ln',
      formula:
        'ln((pulled + 1) / (added - flashed + 1)), lots behind in all zones, over [a]; added - flashed at least 0',
      value: (v) => pullAdd(v, v.behind, v.approach),
    },
    {
      name: 'pull_near_share_ahead',
      unit: '1',
      formula: 'share of the at and near zones in lots pulled ahead, over [a], as (near + 1/2) / (all + 1)',
      value: (v) => {
        const near = v.vacuum.sum(`near_pulled_${v.ahead}`, v.approach);
        return share(near, v.vacuum.sum(`pulled_${v.ahead}`, v.approach) - near);
      },
    },
    {
      name: 'reprice_away_ahead',
      unit: '1',
      formula:
        'share moved away from the level in lots ahead that were moved, over [a], as (away + 1/2) / (moved + 1)',
      value: (v) =>
        share(v.vacuum.sum(`away_${v.ahead}`, v.approach), v.vacuum.sum(`toward_${v.ahead}`, v.approach)),
    },
    {
      name: 'reprice_toward_behind',
      unit: '1',
      formula:
        'share moved toward the level in lots behind that were moved, over [a], as (toward + 1/2) / (moved + 1)',
      value: (v) =>
        share(v.vacuum.sum(`toward_${v.behind}`, v.approach), v.vacuum.sum(`away_${v.behind}`, v.approach)),
    },
    {
      name: 'resting_age_ahead',
      unit: 'ln s',
      formula: 'ln1 of the lot-weighted age of the orders ahead in all zones, now; 0 without any',
      value: (v) => age(v, v.ahead),
    },
    {
      name: 'vacuum',
      unit: 'ln',
      formula:
        'retreat_ahead - retreat_behind + zone_pull_add_ahead - zone_pull_add_behind, over [1] and the bar before it instead of [a]',
      value: (v) => vacuum(v, 0),
    },
    {
      name: 'vacuum_trend',
      unit: 'ln',
      formula: 'vacuum now less vacuum as it was a minute before',
      value: (v) => vacuum(v, 0) - vacuum(v, v.minutes(1)),
    },
  ],
};
