/** Episodes as people read them: a line each, or all of one. Times are New York's. */
import type {
  EpisodeFeatures,
  EpisodeRecord,
  FeatureValue,
  ListedEpisode,
} from '../../../activities/reports/episodes';
import type { Row } from '../../../graph/datasets/schema';
import { easternClock } from '../../../graph/market/easternTime';
import { pricePoints } from '../../../graph/market/points';
import { GROUPS } from '../../../graph/vectors/features';
import { note, print, printTable } from '../terminal/output';

const UNDECIDED = 'unknown';

export function printEpisodes(episodes: readonly ListedEpisode[], count: number): void {
  printTable(
    [
      'episode',
      'touch (ET)',
      'level price',
      'touch price',
      'approach s',
      'horizon min',
      'outcome',
      'with ticks',
      'against ticks',
    ],
    episodes.map((episode) => [
      episode.id,
      easternClock(episode.touchAt),
      pricePoints(episode.levelPrice),
      pricePoints(episode.touchPrice),
      episode.approachSeconds.toFixed(1),
      episode.horizonMinutes,
      episode.outcome ?? UNDECIDED,
      figureText(episode.favorable),
      figureText(episode.adverse),
    ]),
  );
  if (episodes.length < count)
    note(`The last ${episodes.length} of ${count} episodes are shown: --limit ${count} shows all.`);
}

/** @param most dimensions of each group that are shown */
export function printEpisode({ episode, level, outcomes, vector }: EpisodeRecord, most: number): void {
  const text = (column: string) => episode[column] as string;
  const number = (column: string) => episode[column] as number;
  const time = (value: unknown) => easternClock(value as bigint, 3);
  const beyond = number('touch_distance');
  const side = text('direction') === 'UP' ? 'below' : 'above';
  printTable(
    ['episode', text('episode_id')],
    [
      ['contract', `${text('contract')} on trade date ${text('trade_date')}`],
      ['level', `${text('level_id')} at ${pricePoints(number('level_price'))}`],
      ['level known from (ET)', time(episode.level_known_from)],
      ...(level
        ? [['level at this price (ET)', `${time(level.valid_from)} to ${time(level.valid_to)}`]]
        : []),
      ['touches before', `${number('touches_before')}, of either direction`],
      ['direction', `${text('direction')}, from ${side}; attempt ${number('attempt')} of the day`],
      [
        'approach began (ET)',
        `${time(episode.approach_start)} at ${pricePoints(number('approach_start_price'))}, ` +
          `${figureText(number('approach_start_distance'))} ticks from the level`,
      ],
      ['approach took', `${number('approach_seconds').toFixed(3)} s, ${number('approach_trades')} trades`],
      [
        'touch (ET)',
        `${time(episode.touch_ts)} at ${pricePoints(number('touch_price'))}, ` +
          (beyond === 0
            ? 'on the level'
            : `${figureText(Math.abs(beyond))} ticks ${beyond > 0 ? 'beyond' : 'short of'} the level`),
      ],
      ['touch captured (ET)', time(episode.touch_recv_ts)],
      [
        'time of day',
        `${text('time_of_day')}, ${Math.abs(number('minutes_since_open')).toFixed(1)} min ` +
          `${number('minutes_since_open') < 0 ? 'before' : 'after'} the open`,
      ],
    ],
  );
  print('\n');
  printOutcomes(outcomes);
  if (vector) printVector(vector, most);
  else note('gold.vectors has no vector of it.');
}

function printOutcomes(outcomes: readonly Row[]): void {
  const after = (seconds: unknown) => (seconds === null ? '-' : (seconds as number).toFixed(1));
  printTable(
    [
      'horizon',
      'outcome',
      'ended by',
      'end (ET)',
      'break after s',
      'reject after s',
      'with ticks',
      'against ticks',
      'high',
      'low',
      'end price',
      'trades',
    ],
    outcomes.map((row) => [
      `${row.horizon_minutes as number} min${row.is_primary ? ', primary' : ''}`,
      (row.outcome as string | null) ?? UNDECIDED,
      row.ended_by as string,
      easternClock(row.end_ts as bigint),
      after(row.seconds_to_break),
      after(row.seconds_to_reject),
      figureText(row.favorable_ticks as number),
      figureText(row.adverse_ticks as number),
      pricePoints(row.high as number),
      pricePoints(row.low as number),
      pricePoints(row.end_price as number),
      row.trades as number,
    ]),
  );
}

function printVector({ masked, features, normalisation }: EpisodeFeatures, most: number): void {
  print('\n');
  if (features.length === 0)
    return note('Its vector is of another table of features: it must be built anew to be explained.');
  const shown = GROUPS.filter((group) => !masked.includes(group)).flatMap((group) =>
    features.filter((feature) => feature.group === group).slice(0, most),
  );
  printTable(
    ['group', 'dimension', 'value', 'unit', 'z', 'what it is'],
    shown.map((feature) => [
      feature.group,
      feature.name,
      valueText(feature),
      feature.unit,
      feature.z === null ? '-' : `${feature.z > 0 ? '+' : ''}${feature.z.toFixed(1)}`,
      feature.formula,
    ]),
  );
  note(
    normalisation
      ? `z: against the vectors of ${normalisation.sessions} sessions, ${normalisation.firstSession} to ${normalisation.lastSession}.`
      : 'No z: there is no normalisation of that date, which earlier sessions make.',
  );
  for (const group of masked) note(`There were no data for the group ${group}.`);
  note(
    `${shown.length} of ${features.length} dimensions are shown. What s, L, x, [m] and the like mean: ./spymaster features`,
  );
}

const valueText = ({ value }: FeatureValue) => (Number.isNaN(value) ? 'undefined' : value.toPrecision(4));

/** Ticks, whole where they are. */
const figureText = (ticks: number): string => (Number.isInteger(ticks) ? String(ticks) : ticks.toFixed(2));
