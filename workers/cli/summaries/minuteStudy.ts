/** A study of minute bars in tables, and in words what it shows and what it does not. */
import { LEAST_DIRECTION_SESSIONS } from '../../../graph/models/gate';
import { CLASSES } from '../../../graph/models/scores';
import type { ByOutcome } from '../../../graph/study/baseRates';
import { LEAST_SESSIONS, type ForecastScore, type ForecastStudy } from '../../../graph/study/forecasts';
import type { MinuteStudy } from '../../../graph/study/minuteStudy';
import type { BlockMean } from '../../../graph/statistics/blockBootstrap';
import type { ClusteredShare } from '../../../graph/statistics/clustered';
import { print, printTable } from '../terminal/output';

export function printMinuteStudy(study: MinuteStudy): void {
  const { intervals, forecasts } = study;
  print(`${heading(study)}\n\n`);
  printTable(
    ['level', 'n', ...CLASSES.map((outcome) => `${outcome} (90 %)`), 'design effects'],
    study.baseRates.map(({ level, n, shares }) => [
      level,
      n,
      ...CLASSES.map((outcome) => shareText(shares[outcome])),
      CLASSES.map((outcome) => shares[outcome].designEffect.toFixed(1)).join(' / '),
    ]),
  );
  print('\n');
  printTable(
    ['volatility before the touch, ticks/√min', 'n', 'CHOP (90 %)'],
    study.chopByVolatility.map(({ from, to, chop }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      chop.n,
      shareText(chop),
    ]),
  );
  if (intervals) {
    const row = (name: string, covered: ByOutcome<number>) => [
      name,
      ...CLASSES.map((outcome) => percent(covered[outcome])),
    ];
    print('\n');
    printTable(
      [
        `90 % intervals of ${intervals.sessionsABlock} sessions that contain the share of all others`,
        ...CLASSES,
      ],
      [
        row('by session, sessions drawn', intervals.clustered),
        row('by session, following each other', intervals.consecutive),
        row('by number of episodes, sessions drawn', intervals.counted),
      ],
    );
  }
  if (forecasts) {
    print('\n');
    printTable(
      ['forecast', 'gain', 'of it CHOP', 'direction', 'over a walk', 'Brier', 'ECE', 'slope'],
      forecasts.scores.map((score) => [
        score.name,
        gainText(score.gain),
        gainText(score.chop),
        gainText(score.direction),
        gainText(score.directionOverWalk),
        score.brier.toFixed(3),
        score.calibrationError.toFixed(3),
        Number.isNaN(score.calibrationSlope) ? '-' : score.calibrationSlope.toFixed(2),
      ]),
    );
    print(
      `Judged on ${forecasts.episodes} episodes of ${forecasts.scoredSessions} sessions. Base rates: log loss ${forecasts.baseRate.loss.toFixed(3)} nat, Brier ${forecasts.baseRate.brier.toFixed(3)}.\n`,
    );
  }
  print(`\n${findings(study).join('\n')}\n`);
}

function heading({
  product,
  from,
  to,
  sessions,
  partial,
  missing,
  horizonMinutes,
  barrierTicks,
  ...study
}: MinuteStudy): string {
  const left = partial.length > 0 ? `; left out, not whole: ${listed(partial)}` : '';
  const absent =
    missing.length > 0 ? `; no bars of ${missing.length} trade dates in between: ${listed(missing)}` : '';
  const open = study.unknown > 0 ? `, ${study.unknown} open when the data ended` : '';
  return [
    `${product}, ${sessions} sessions from ${from} to ${to}${left}${absent}`,
    `${study.episodes} episodes, ${(study.episodes / sessions).toFixed(1)} a session; outcomes within ${horizonMinutes} minutes, barriers ${barrierTicks} ticks from the level`,
    `left out: ${study.ambiguous} episodes whose minute reached both barriers${open}; ${study.uncertainTouches} touches a minute may or may not have seen`,
  ].join('\n');
}

const MOST_LISTED = 5;
const listed = (names: readonly string[]): string =>
  names.length > MOST_LISTED
    ? `${names.slice(0, MOST_LISTED).join(', ')} and ${names.length - MOST_LISTED} more`
    : names.join(', ');

/** What the figures show, and what they do not. */
export function findings(study: MinuteStudy): string[] {
  const { breakAmongDecided, intervals, forecasts, sessions } = study;
  const lines: string[] = [];
  if (breakAmongDecided) {
    const { share, martingale, walk, excess } = breakAmongDecided;
    const [low, high] = [excess.interval.low, excess.interval.high].map((x) => (100 * x).toFixed(1));
    lines.push(
      `BREAK is ${permille(share)} of what was decided. The distance of the touches implies ${permille(martingale)}, and ${permille(walk)} where the horizon is as short for the volatility as here: a difference of ${(100 * excess.mean).toFixed(1)} points (${low} to ${high}).`,
    );
  }
  if (forecasts) lines.push(...shown(forecasts));
  else lines.push(`${sessions} sessions are too few to judge forecasts by: it takes ${LEAST_SESSIONS}.`);
  if (intervals && CLASSES.some((outcome) => intervals.consecutive[outcome] < 0.8))
    lines.push(
      `Intervals hold for sessions drawn from this stretch of time. Weeks differ besides: those of ${intervals.sessionsABlock} sessions in a row contain the share of the others in ${CLASSES.map((outcome) => percent(intervals.consecutive[outcome])).join(' / ')} of cases only.`,
    );
  return lines;
}

function shown({ scores, scoredSessions }: ForecastStudy): string[] {
  const lines: string[] = [];
  const chop = scores.filter((score) => score.chop.interval.low > 0);
  lines.push(
    chop.length > 0
      ? `Shown: whether an episode stays undecided (CHOP) can be forecast: ${chop.map((score) => `${score.name} ${gainText(score.chop)}`).join('; ')}.`
      : 'Not shown: whether an episode stays undecided (CHOP); no forecast here beats the base rates.',
  );
  const better = scores.filter((score) => score.gainOverVolatility.interval.low > 0);
  for (const score of better)
    lines.push(
      `Shown: ${score.name} beat volatility, distance and time of day by ${gainText(score.gainOverVolatility)}.`,
    );
  const direction = scores.filter(
    (score) => score.direction.interval.low > 0 && score.directionOverWalk.interval.low > 0,
  );
  const enough = scoredSessions >= LEAST_DIRECTION_SESSIONS;
  const takes = enough
    ? ''
    : ` A claim about direction takes ${LEAST_DIRECTION_SESSIONS} scored sessions; there are ${scoredSessions}.`;
  if (direction.length === 0)
    lines.push(
      `Not shown: a direction edge. BREAK against REJECT, no forecast here beats what the distance of the touch alone implies.${takes}`,
    );
  else if (enough)
    lines.push(
      `Shown: direction, above what the distance of the touch alone implies, by ${direction.map(named).join(' and by ')}.`,
    );
  else
    lines.push(
      `Not shown: a direction edge. ${direction.map(named).join(' and ')} came out above what the distance of the touch alone implies.${takes}`,
    );
  return lines;
}

const named = ({ name }: ForecastScore) => name;

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const permille = (share: number) => `${(share * 100).toFixed(1)} %`;

function shareText({ share, interval }: ClusteredShare): string {
  return share === null ? '-' : `${percent(share)} (${percent(interval.low)}-${percent(interval.high)})`;
}

/** In thousandths. */
function gainText({ mean, interval }: BlockMean): string {
  const milli = (nats: number) => {
    const text = (1e3 * nats).toFixed(0);
    return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? '0' : text;
  };
  return Number.isNaN(mean) ? '-' : `${milli(mean)} [${milli(interval.low)}, ${milli(interval.high)}]`;
}
