/** Aggressor flow in options during the approach. */
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

/** Tide of a right in some bands around the level as a share of all premium of the bars in which the level was in reach. */
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
    {
      name: 'pressure_with_1m',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right with, over [1]',
      value: (v) => pressure(v, v.with, 1),
    },
    {
      name: 'pressure_against_1m',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right against, over [1]',
      value: (v) => pressure(v, v.against, 1),
    },
    {
      name: 'pressure_with_10m',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right with, over [10]',
      value: (v) => pressure(v, v.with, MINUTES),
    },
    {
      name: 'pressure_against_10m',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right against, over [10]',
      value: (v) => pressure(v, v.against, MINUTES),
    },
    {
      name: 'pressure_with_session',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right with, since the session began',
      value: (v) => sessionPressure(v, v.with),
    },
    {
      name: 'pressure_against_session',
      unit: 'slog lots',
      formula: 'slog of s times the pressure of the right against, since the session began',
      value: (v) => sessionPressure(v, v.against),
    },
    {
      name: 'tide_with',
      unit: '1',
      formula: 'tide of the right with over all premium of the last bars (setting tideBars)',
      value: (v) => v.flow.get(`${v.with}_tide_share`),
    },
    {
      name: 'tide_against',
      unit: '1',
      formula: 'tide of the right against over all premium of the last bars (setting tideBars)',
      value: (v) => v.flow.get(`${v.against}_tide_share`),
    },
    {
      name: 'tide_level_with',
      unit: '1',
      formula:
        'tide of the right with in the bands at the level and next to it, over all premium of the same bars + 1 USD, over [10]',
      value: (v) => tide(v, v.with, nearest),
    },
    {
      name: 'tide_level_against',
      unit: '1',
      formula:
        'tide of the right against in the bands at the level and next to it, over all premium of the same bars + 1 USD, over [10]',
      value: (v) => tide(v, v.against, nearest),
    },
    {
      name: 'tide_ahead',
      unit: '1',
      formula:
        'tide of the right with in the bands beyond the level, over all premium of the same bars + 1 USD, over [10]',
      value: (v) => tide(v, v.with, all(v.beyond)),
    },
    {
      name: 'tide_behind',
      unit: '1',
      formula:
        'tide of the right against in the bands before the level, over all premium of the same bars + 1 USD, over [10]',
      value: (v) => tide(v, v.against, all(v.before)),
    },
  ],
};
