/** What option traders buy and sell as price comes. */
import { slog } from '../arithmetic';
import type { Family } from '../family';
import type { Right } from '../silverFields';
import type { TouchView } from '../touchView';

const MINUTES = 10;

/** Positive where the aggressors' options gain from the approach: calls bought and puts sold, for UP. */
const pressure = (v: TouchView, right: Right, minutes: number) =>
  slog(v.s * v.flow.sum(`${right}_pressure`, v.minutes(minutes)));

const sessionPressure = (v: TouchView, right: Right) => slog(v.s * v.flow.get(`session_${right}_pressure`));

type Band = 'at' | `${'above' | 'below'}_${1 | 2 | 3}`;

/** Tide of a right in some bands around the level as a share of all premium. */
function tide(v: TouchView, right: Right, bands: readonly Band[]): number {
  const bars = v.minutes(MINUTES);
  let signed = 0;
  for (const band of bands) signed += v.levelFlow.sum(`${right}_tide_${band}`, bars);
  return signed / (v.levelFlow.sum('premium', bars) + 1);
}

const nearest = ['below_1', 'at', 'above_1'] as const;
const all = (way: 'above' | 'below') => [`${way}_1`, `${way}_2`, `${way}_3`] as const;

export const OPTION_FLOW: Family = {
  group: 'options',
  source: 'silver.option_flow of the level; PRICE for totals',
  dimensions: [
    [
      'pressure_with_1m',
      'slog lots',
      'slog of s times the pressure of the right with, over [1]',
      (v) => pressure(v, v.with, 1),
    ],
    [
      'pressure_against_1m',
      'slog lots',
      'slog of s times the pressure of the right against, over [1]',
      (v) => pressure(v, v.against, 1),
    ],
    [
      'pressure_with_10m',
      'slog lots',
      'slog of s times the pressure of the right with, over [10]',
      (v) => pressure(v, v.with, MINUTES),
    ],
    [
      'pressure_against_10m',
      'slog lots',
      'slog of s times the pressure of the right against, over [10]',
      (v) => pressure(v, v.against, MINUTES),
    ],
    [
      'pressure_with_session',
      'slog lots',
      'slog of s times the pressure of the right with, since the session began',
      (v) => sessionPressure(v, v.with),
    ],
    [
      'pressure_against_session',
      'slog lots',
      'slog of s times the pressure of the right against, since the session began',
      (v) => sessionPressure(v, v.against),
    ],
    [
      'tide_with',
      '1',
      'tide of the right with over all premium of the last bars (setting tideBars)',
      (v) => v.flow.get(`${v.with}_tide_share`),
    ],
    [
      'tide_against',
      '1',
      'tide of the right against over all premium of the last bars (setting tideBars)',
      (v) => v.flow.get(`${v.against}_tide_share`),
    ],
    [
      'tide_level_with',
      '1',
      'tide of the right with in the bands at the level and next to it, over all premium + 1 USD, over [10]',
      (v) => tide(v, v.with, nearest),
    ],
    [
      'tide_level_against',
      '1',
      'tide of the right against in the bands at the level and next to it, over all premium + 1 USD, over [10]',
      (v) => tide(v, v.against, nearest),
    ],
    [
      'tide_ahead',
      '1',
      'tide of the right with in the bands beyond the level, over all premium + 1 USD, over [10]',
      (v) => tide(v, v.with, all(v.beyond)),
    ],
    [
      'tide_behind',
      '1',
      'tide of the right against in the bands before the level, over all premium + 1 USD, over [10]',
      (v) => tide(v, v.against, all(v.before)),
    ],
  ],
};
