/** The precedents of a touch as people read them. Times are New York's. */
import type { IndexStatus } from '../../../activities/precedents/indexStatus';
import { CLASSES } from '../../../graph/models/scores';
import type { PrecedentsAnswer } from '../../../graph/precedents/answer';
import { easternClock } from '../../../graph/market/easternTime';
import type { Trigger } from '../../../graph/scoring/subject';
import { print, printTable } from '../terminal/output';

type Share = { share: number | null; low: number; high: number };

/** @param trigger what is asked about: a touch, or an approach as if it touched */
export function printAnswer(
  answer: PrecedentsAnswer,
  shown: PrecedentsAnswer['precedents'],
  trigger: Trigger = 'touch',
): void {
  const { touch, searched, status, reasons, unusual, trust, n, effectiveN } = answer;
  const side = touch.direction === 'UP' ? 'below' : 'above';
  print(
    `${touch.id}: ${touch.level} ${trigger === 'touch' ? 'touched' : 'approached'} from ${side}, ${easternClock(BigInt(touch.at))} ET\n` +
      `searched: ${rungWords(answer)}; ${searched.candidates} episodes known before, of ${searched.sessions} sessions in all\n`,
  );
  if (status === 'insufficient_evidence')
    print(`\nNot enough evidence: ${reasons.join('; ')}.\nThe base rates are what is known:\n`);
  else
    print(
      `${n} precedents, which count as ${effectiveN.toFixed(1)} independent ones${unusualWords(unusual.percentile)}\n`,
    );
  print('\n');
  printHorizons(answer);
  if (status === 'evidence') {
    print(
      `\nFrequencies are those among precedents, not the probability of this touch. What volatility, distance and time of day make expect, corrected by them as served best before: ` +
        `${CLASSES.map((name) => `${name} ${percent(answer.shrunk![name])}`).join(', ')}.\n`,
    );
    printExcursions(answer);
  }
  print(`\n${sentence(trust.direction)}\n`);
  printAttribution(answer);
  if (shown.length > 0) {
    print(`\nThe nearest ${shown.length} of ${answer.precedents.length} precedents:\n`);
    printTable(
      ['episode', 'touch (ET)', 'distance', 'outcome', 'with ticks', 'against ticks'],
      shown.map((one) => [
        one.id,
        easternClock(BigInt(one.at)),
        one.distance.toFixed(3),
        one.outcome,
        ticks(one.favorable),
        ticks(one.adverse),
      ]),
    );
  }
}

const RUNG_WORDS: Readonly<Record<PrecedentsAnswer['searched']['rung'], string>> = {
  partition: 'the partition itself',
  'all times of day': 'its level and direction at all times of day, for the partition is thin',
  'level family': 'levels of its family in its direction, for the level alone is thin',
  'mirrored direction': 'levels of its family and their mirror images, for the direction alone is thin',
  all: 'all levels, directions and times, for narrower choices are thin',
};

const rungWords = ({ searched: { partition, rung } }: PrecedentsAnswer) =>
  `${partition}: ${RUNG_WORDS[rung]}`;

const unusualWords = (percentile: number | null) =>
  percentile === null ? '' : `; ${percentile.toFixed(0)} % of earlier touches were nearer to theirs`;

function printHorizons({ horizons, horizonMinutes, status }: PrecedentsAnswer): void {
  const told = status === 'evidence';
  printTable(
    [
      'horizon',
      ...(told ? ['n', ...CLASSES.map((name) => `${name} (90 %)`)] : []),
      'base n',
      ...CLASSES.map((name) => `base ${name}`),
    ],
    horizons.map(({ minutes, n, frequencies, base }) => [
      `${minutes} min${minutes === horizonMinutes ? ', primary' : ''}`,
      ...(frequencies ? [n, ...CLASSES.map((name) => shareText(frequencies[name]))] : []),
      base.n,
      ...CLASSES.map((name) => shareText(base.outcomes[name])),
    ]),
  );
}

function printExcursions({ excursions }: PrecedentsAnswer): void {
  if (!excursions) return;
  print('\nFarthest from the level among precedents until the end of the primary horizon, ticks:\n');
  const row = (name: string, { q10, q25, q50, q75, q90 }: typeof excursions.favorable) => [
    name,
    ...[q10, q25, q50, q75, q90].map(ticks),
  ];
  printTable(
    ['side', '10 %', '25 %', 'median', '75 %', '90 %'],
    [row('along the approach', excursions.favorable), row('against it', excursions.adverse)],
  );
}

function printAttribution({ attribution: { features, groups, contrasts }, status }: PrecedentsAnswer): void {
  if (features.length === 0) return;
  print(
    `\nWhat makes the precedents alike: ${groups.map(({ group, share }) => `${group} ${percent(share)}`).join(', ')}; ` +
      `most of all ${features.map(({ feature, share }) => `${feature} ${percent(share)}`).join(', ')}.\n`,
  );
  if (status !== 'evidence' || contrasts.length === 0) return;
  print('\nWhat set BREAK from REJECT among them (standard deviations from the mean of earlier sessions):\n');
  printTable(
    ['feature', 'group', 'BREAK', 'REJECT', 'this touch', 't'],
    contrasts.map(({ feature, group, broke, rejected, touch, t }) => [
      feature,
      group,
      ...[broke, rejected, touch, t].map((value) => value.toFixed(2)),
    ]),
  );
}

/** What an index gained on the sessions it was judged on: nats an episode, with the 90 % interval that two of them or more have. */
export function gainCell(gain: IndexStatus['versions'][number]['gain']): string {
  if (gain === null) return '-';
  const [nats, low, high] = [gain.nats, gain.low, gain.high].map((value) => value.toFixed(3));
  return Number.isFinite(gain.low) ? `${nats} (${low} to ${high})` : `${nats} (of one session alone)`;
}

const shareText = ({ share, low, high }: Share) =>
  share === null ? '-' : `${percent(share)} (${percent(low)}-${percent(high)})`;
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const ticks = (value: number) => value.toFixed(1);
const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}.`;
