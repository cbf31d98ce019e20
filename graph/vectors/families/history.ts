/** The approach itself, and what has happened at the level before. */
import { ln1, slope } from '../arithmetic';
import type { Family } from '../family';
import type { TouchView } from '../touchView';

/** An hour: much farther ahead than any approach lasts. */
const LONGEST = 3600;
const MINUTES_OF_DAY = 1440;

function timeToLevel(v: TouchView): number {
  const x = v.x(v.approach);
  const perBar = slope(v.path(v.minutes(1), v.approach));
  if (Number.isNaN(x) || Number.isNaN(perBar)) return NaN;
  const seconds = (-x / perBar) * v.barMinutes * 60;
  return ln1(perBar > 0 ? Math.min(Math.max(seconds, 0), LONGEST) : LONGEST);
}

export const HISTORY: Family = {
  group: 'geometry',
  source: 'gold.episodes, gold.outcomes, trades up to the touch; silver.bars mid',
  dimensions: [
    {
      name: 'approach_duration',
      unit: 'ln s',
      formula: 'ln1 of the seconds from the first trade in the approach band to the touch',
      value: (v) => ln1(v.secondsSince(v.facts.episode.approachStart)),
    },
    {
      name: 'time_to_level',
      unit: 'ln s',
      formula:
        'ln1 of -x / velocity when the approach began, within 0 and 3600 s, the velocity the least-squares slope of x over the minute up to then; 3600 s where price was not approaching',
      value: timeToLevel,
    },
    {
      name: 'attempt',
      unit: 'ln',
      formula: 'ln of the number of the attempt',
      value: (v) => Math.log(v.facts.episode.attempt),
    },
    {
      name: 'touches_before',
      unit: 'ln',
      formula: 'ln1 of the touches of the level so far, either direction, any hour',
      value: (v) => ln1(v.facts.episode.touchesBefore),
    },
    {
      name: 'since_last_touch',
      unit: 'ln s',
      formula:
        'ln1 of the seconds since the last touch; since Globex opened for the trade date where there was none',
      value: (v) => ln1(v.secondsSince(v.facts.lastTouchAt ?? v.globexOpen)),
    },
    {
      name: 'last_penetration',
      unit: 'ticks',
      formula:
        'how far price went beyond the level, as it stood then, after its last touch, in the present direction, at least 0; 0 without a last touch',
      value: (v) => v.facts.penetration,
    },
    {
      name: 'earlier_outcomes',
      unit: '1',
      formula:
        '(breaks - rejects) / (breaks + rejects + 1) of the attempts of this level and direction that had reached a barrier',
      value: ({ facts: { breaks, rejects } }) => (breaks - rejects) / (breaks + rejects + 1),
    },
    {
      name: 'level_age',
      unit: 'ln min',
      formula: "ln1 of the minutes since the level's price became known, at most 1440",
      value: (v) => ln1(Math.min(v.secondsSince(v.facts.episode.levelKnownFrom) / 60, MINUTES_OF_DAY)),
    },
    {
      name: 'time_of_day',
      unit: '1',
      formula: 'minutes since the RTH open over the length of RTH',
      value: (v) => v.timeOfDay,
    },
  ],
};
