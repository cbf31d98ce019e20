/**
 * The orders around the level itself: does what stands in the way hold, or is it pulled?
 *
 * `[a]` and `[1]` reach back as far as the level has rows. Lots that were withdrawn before they rested (flashed) are neither added
 * nor pulled.
 */
import { DEFAULT_BAR_DISTANCES } from '../../bars/distances';
import { ln1, lnRatio, share } from '../arithmetic';
import type { Family } from '../family';
import type { Side } from '../silverFields';
import type { TouchView } from '../touchView';

/** How far the innermost zone reaches across the level, ticks. */
const AT = DEFAULT_BAR_DISTANCES.zones.at;

/** Distance of the centre of a side's lots from the inner edge of the zones, ticks; never negative. */
const centre = (v: TouchView, side: Side, back: number) =>
  Math.max(v.vacuum.get(`center_${side}`, back) + AT, 0);

/** How far the centre withdrew over `bars` bars, the latest `skip` left out; the level may be younger. */
function retreat(v: TouchView, side: Side, bars: number, skip = 0): number {
  const from = v.vacuum.oldest(skip + bars + 1);
  return from < skip ? NaN : lnRatio(centre(v, side, skip), centre(v, side, from));
}

function pullAdd(v: TouchView, side: Side, bars: number, skip = 0): number {
  const { vacuum } = v;
  const stayed = vacuum.sum(`added_${side}`, bars, skip) - vacuum.sum(`flashed_${side}`, bars, skip);
  return lnRatio(vacuum.sum(`pulled_${side}`, bars, skip), Math.max(stayed, 0));
}

/** Depth in the way less depth behind: withdrawing and pulled, over a minute. */
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

export const VACUUM: Family = {
  group: 'book',
  source: 'silver.vacuum of the level',
  dimensions: [
    [
      'zone_depth_ahead',
      'ln lots',
      'ln1 of the lots ahead in the at and near zones of the level, now',
      (v) => ln1(v.vacuum.get(`near_depth_${v.ahead}`)),
    ],
    [
      'zone_depth_beyond',
      'ln',
      'ln((mid + far + 1) / (at + near + 1)), lots ahead, now: is there anything behind the door',
      (v) => lnRatio(v.vacuum.get(`far_depth_${v.ahead}`), v.vacuum.get(`near_depth_${v.ahead}`)),
    ],
    [
      'zone_depth_behind',
      'ln lots',
      'ln1 of the lots behind in the at and near zones, now',
      (v) => ln1(v.vacuum.get(`near_depth_${v.behind}`)),
    ],
    [
      'retreat_ahead',
      'ln',
      'ln((d + 1) / (d0 + 1)), d the distance of the centre of lots ahead from the inner edge of their zones now, d0 when the approach began',
      (v) => retreat(v, v.ahead, v.approach),
    ],
    [
      'retreat_behind',
      'ln',
      'ln((d + 1) / (d0 + 1)), d the distance of the centre of lots behind from the inner edge of their zones now, d0 when the approach began',
      (v) => retreat(v, v.behind, v.approach),
    ],
    [
      'zone_pull_add_ahead',
      'ln',
      'ln((pulled + 1) / (added + 1)), lots ahead in all zones, over [a]',
      (v) => pullAdd(v, v.ahead, v.approach),
    ],
    [
      'zone_pull_add_behind',
      'ln',
      'ln((pulled + 1) / (added + 1)), lots behind in all zones, over [a]',
      (v) => pullAdd(v, v.behind, v.approach),
    ],
    [
      'pull_near_share_ahead',
      '1',
      'share of the at and near zones in lots pulled ahead, over [a], as (near + 1/2) / (all + 1)',
      (v) => {
        const near = v.vacuum.sum(`near_pulled_${v.ahead}`, v.approach);
        return share(near, v.vacuum.sum(`pulled_${v.ahead}`, v.approach) - near);
      },
    ],
    [
      'reprice_away_ahead',
      '1',
      'share moved away from the level in lots ahead that were moved, over [a], as (away + 1/2) / (moved + 1)',
      (v) =>
        share(v.vacuum.sum(`away_${v.ahead}`, v.approach), v.vacuum.sum(`toward_${v.ahead}`, v.approach)),
    ],
    [
      'reprice_toward_behind',
      '1',
      'share moved toward the level in lots behind that were moved, over [a], as (toward + 1/2) / (moved + 1)',
      (v) =>
        share(v.vacuum.sum(`toward_${v.behind}`, v.approach), v.vacuum.sum(`away_${v.behind}`, v.approach)),
    ],
    [
      'resting_age_ahead',
      'ln s',
      'ln1 of the lot-weighted age of the orders ahead in all zones, now; 0 without any',
      (v) => age(v, v.ahead),
    ],
    [
      'vacuum',
      'ln',
      'retreat_ahead - retreat_behind + zone_pull_add_ahead - zone_pull_add_behind, over [1] instead of [a]',
      (v) => vacuum(v, 0),
    ],
    [
      'vacuum_trend',
      'ln',
      'vacuum less the same of the minute before',
      (v) => vacuum(v, 0) - vacuum(v, v.minutes(1)),
    ],
  ],
};
