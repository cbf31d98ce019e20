/**
 * Skill on planted truth: what models and precedents recover of a signal whose strength is known, on simulated markets with seeds that
 * nothing was tuned on, beside the planted state's own forecast.
 *
 * The planted state is which outcome the order flow of an approach showed. Its own forecast is what volatility, distance and time of day
 * make expect, with the state besides: the most that can be known. Gains are log loss below the base rates of the partitions, `beyond
 * volatility` below what volatility, distance and time of day tell, which is known at strength 0 too. Everything is forecast forward, a
 * fold of sessions by what was learned from those before, and counted from the 41st session on (the 61st of the longer markets); shares are
 * of whole markets, and intervals of 90 % draw whole days.
 *
 * How much can be read off a book depends on how many orders make it. At strength 1 on one market (seed 2024) 60,000 events a session gave
 * models .50 and precedents .47 of the planted state's gain, 300,000 give .61 and .57. More sessions help less: trees fitted to 40, 80, 160
 * and 299 of 60,000 events found .65, .69, .72 and .73 (seed 901).
 *
 * The order flow shows one approach at a time, so that in a good third of the touches it had come to show another before they were
 * reached. "Shown to the end" is the forecast of who knows the planted state of the others alone: what could be read off the order flow.
 */
import { LOGISTIC, BOOSTING, type Family } from '../../graph/models/training/families';
import { evaluate } from '../../graph/models/training/evaluate';
import type { FoldForecast } from '../../graph/models/training/foldForecasts';
import type { ScoredSession } from '../../graph/models/scoredSessions';
import { softmaxRows } from '../../graph/models/softmax';
import { CLASSES } from '../../graph/models/scores';
import { SIZES } from '../../graph/sim/simulation';
import { joined } from '../../graph/statistics/joined';
import { TRANSFORMER } from '../../activities/training/transformerFamily';
import type { SkillOptions } from './arguments';
import { sized, SMOKE } from './size';
import {
  foldForecasts,
  judgingOf,
  plantedFamily,
  retrieval,
  searched,
  served,
  type RetrievalForecast,
} from './skill/forecasts';
import { errorOf, gain, only, pooled, shareOfGain, slopeOf, type Figure, type Scored } from './skill/judged';
import { nightsOf } from './skill/nights';
import { plantedMarket } from './skill/plantedMarket';
import type { BenchResult } from './types';

/** Markets that nothing was tuned on. */
const SEEDS = [2024, 2025, 2026];
const EVENTS = sized(SIZES.small, 10_000);

interface Market {
  strength: number;
  sessions: number;
  /** Sessions before the first that counts. */
  before: number;
  /** Share of the planted gain, or thousandths of a nat, that models and precedents are to reach. */
  wanted: { models: number; precedents: number };
}

const MARKETS: readonly Market[] = [
  { strength: 1, sessions: 80, before: 40, wanted: { models: 0.6, precedents: 0.55 } },
  { strength: 0.5, sessions: 80, before: 40, wanted: { models: 0.45, precedents: 0.4 } },
  { strength: 0.15, sessions: 240, before: 60, wanted: { models: 2, precedents: 0 } },
  { strength: 0, sessions: 310, before: 60, wanted: { models: -3, precedents: -3 } },
];

/** Sets of parameters that are tried: where each takes minutes, what is sound whatever the data. */
const FAMILIES: readonly { family: Family; trials: number }[] = [
  { family: LOGISTIC, trials: sized(6, 2) },
  { family: BOOSTING, trials: 1 },
  { family: TRANSFORMER, trials: 1 },
];

const PLANTED = 'planted state';
const TO_THE_END = 'planted state where it was shown to the end';
const BASE = 'base rates';
const VOLATILITY = 'volatility, distance and time of day';
const PRECEDENTS = 'precedents';

/** Of one market. */
interface Run {
  scored: Scored;
  /** Of each family, as the gate is asked with. */
  sessions: { name: string; sessions: ScoredSession[] }[];
  looks: RetrievalForecast['looks'];
}

export async function* bench({
  seeds,
  sessions,
  events,
  strength: asked,
}: SkillOptions = {}): AsyncGenerator<BenchResult> {
  const most = sessions ?? sized(Infinity, 8);
  const wanted = (strength: number) =>
    asked === undefined ? !SMOKE || strength === 1 || strength === 0 : strength === asked;
  for (const market of MARKETS.filter(({ strength }) => wanted(strength))) {
    const days = Math.min(market.sessions, most);
    const before = Math.min(market.before, Math.ceil(days / 2));
    const runs: Run[] = [];
    for (const seed of SEEDS.slice(0, seeds ?? sized(SEEDS.length, 1))) {
      process.stderr.write(`bench:   strength ${market.strength}, seed ${seed}\n`);
      runs.push(await runOf({ ...market, days, before, seed, events: events ?? EVENTS }));
    }
    yield* resultsOf(market, runs);
  }
}

async function runOf(request: {
  strength: number;
  days: number;
  before: number;
  seed: number;
  events: number;
}): Promise<Run> {
  const { strength, days, seed, events, before } = request;
  const market = plantedMarket({ strength, days, seed, events }, (done, total) => {
    if (done % 20 === 0) process.stderr.write(`bench:     simulated ${done} of ${total} sessions\n`);
  });
  const judging = judgingOf(market);
  const planted = await foldForecasts(plantedFamily(market), judging, () => ({}));
  const shown = await foldForecasts(plantedFamily(market, market.toTheEnd), judging, () => ({}));
  const made: { name: string; folds: FoldForecast[] }[] = [];
  for (const { family, trials } of FAMILIES) {
    process.stderr.write(`bench:     ${family.name}\n`);
    made.push({ name: family.name, folds: await searched(family, judging, trials) });
  }
  process.stderr.write(`bench:     ${PRECEDENTS}\n`);
  const precedents = retrieval(judging);
  const probabilities = (folds: readonly FoldForecast[], of: (fold: FoldForecast) => Float64Array) =>
    softmaxRows(joined(folds.map(of)), CLASSES.length);
  const { examples, measured } = market;
  const first = examples.sessions[Math.min(before, examples.sessions.length - 1)];
  const all: Scored = {
    days: judging.days,
    labels: judging.labels,
    shares: {
      [PLANTED]: probabilities(planted, ({ candidate }) => candidate),
      [TO_THE_END]: probabilities(shown, ({ candidate }) => candidate),
      [VOLATILITY]: probabilities(planted, ({ baseline }) => baseline),
      [BASE]: joined(planted.map(({ baseRates }) => baseRates)),
      [PRECEDENTS]: precedents.shares,
      ...Object.fromEntries(made.map(({ name, folds }) => [name, served(name, folds).shares])),
    },
  };
  const { days: dates, ...scored } = only(all, (day) => day >= first);
  return {
    scored: { ...scored, days: dates.map((day) => `${seed} ${day}`) },
    sessions: made.map(({ name, folds }) => ({
      name,
      sessions: evaluate(examples, folds, measured).sessions.filter(({ session }) => session >= first),
    })),
    looks: precedents.looks,
  };
}

function resultsOf({ strength, wanted }: Market, runs: readonly Run[]): BenchResult[] {
  const scored = pooled(runs.map((run) => run.scored));
  const named = (what: string) => `strength ${strength}: ${what}`;
  const note = `${scored.labels.length} episodes of ${new Set(scored.days).size} sessions, ${runs.length} markets`;
  const forecasters = Object.keys(scored.shares).filter(
    (name) => ![PLANTED, TO_THE_END, BASE, VOLATILITY].includes(name),
  );
  const mnat = (what: string, figure: Figure, target?: BenchResult['target']): BenchResult => ({
    name: named(what),
    value: 1000 * figure.value,
    unit: 'thousandths of a nat',
    interval: { low: 1000 * figure.interval.low, high: 1000 * figure.interval.high },
    target,
    note,
  });
  const share = (what: string, { value, interval }: Figure, target?: BenchResult['target']): BenchResult => ({
    name: named(what),
    value,
    unit: "of the planted state's gain",
    interval,
    target,
    note,
  });
  const plain = (what: string, value: number, target?: BenchResult['target']): BenchResult => ({
    name: named(what),
    value,
    unit: '1',
    target,
    note,
  });
  const error = errorOf(scored, PLANTED);
  return [
    mnat(`${PLANTED}, gain`, gain(scored, PLANTED, BASE)),
    mnat(`${PLANTED}, gain beyond volatility`, gain(scored, PLANTED, VOLATILITY)),
    ...(strength >= 0.5
      ? [
          share(`${TO_THE_END}, share`, shareOfGain(scored, TO_THE_END, PLANTED, BASE)),
          mnat(`${TO_THE_END}, gain beyond volatility`, gain(scored, TO_THE_END, VOLATILITY)),
        ]
      : []),
    mnat(`${VOLATILITY}, gain`, gain(scored, VOLATILITY, BASE)),
    plain(`${PLANTED}, ECE`, error),
    ...forecasters.flatMap((name) => {
      const least = name === PRECEDENTS ? wanted.precedents : wanted.models;
      const beyond = gain(scored, name, VOLATILITY);
      const whole = shareOfGain(scored, name, PLANTED, BASE);
      const slope = slopeOf(scored, name);
      return [
        ...(strength >= 0.5
          ? [
              share(`${name}, share`, whole, {
                wanted: strength === 1 ? `>= ${least}` : `>= ${least}, beyond volatility above 0`,
                reached: whole.value >= least && (strength === 1 || beyond.interval.low > 0),
              }),
              share(`${name}, share beyond volatility`, shareOfGain(scored, name, PLANTED, VOLATILITY)),
              mnat(`${name}, gain beyond volatility`, beyond),
            ]
          : [
              mnat(`${name}, gain beyond volatility`, beyond, {
                wanted: `>= ${least}${strength > 0 && name === PRECEDENTS ? ', lower bound >= -2' : ''}`,
                reached:
                  1000 * beyond.value >= least &&
                  (strength === 0 || name !== PRECEDENTS || 1000 * beyond.interval.low >= -2),
              }),
            ]),
        ...(strength > 0 && Number.isFinite(slope)
          ? [
              plain(`${name}, calibration slope`, slope, {
                wanted: '.8 to 1.25',
                reached: slope >= 0.8 && slope <= 1.25,
              }),
            ]
          : []),
        plain(`${name}, ECE`, errorOf(scored, name), {
          wanted: `<= ${(error + 0.02).toFixed(3)}`,
          reached: errorOf(scored, name) <= error + 0.02,
        }),
      ];
    }),
    ...(strength === 0 ? promotions(runs) : []),
  ];
}

/** How often something would have been promoted that knows nothing. */
function promotions(runs: readonly Run[]): BenchResult[] {
  const nights = runs.map(({ sessions }) => nightsOf(sessions));
  const looks = runs.flatMap((run) => [...run.looks.values()]);
  const sum = (of: (one: (typeof nights)[number]) => number) =>
    nights.reduce((total, one) => total + of(one), 0);
  const never = (value: number) => ({ wanted: '0', reached: value === 0 });
  const promoted = sum((one) => one.promoted);
  const trusted = looks.filter((look) => look.strength < Infinity).length;
  const years = `${runs.length} markets`;
  return [
    {
      name: 'strength 0: models promoted at declared looks',
      value: promoted,
      unit: 'looks',
      target: never(promoted),
      note: `of ${sum((one) => one.looks)}, in ${sum((one) => one.nights)} nights of ${years}`,
    },
    {
      name: 'strength 0: nights on which an interval above zero alone would promote a model',
      value: sum((one) => one.naive),
      unit: 'nights',
      note: `of ${sum((one) => one.nights)}, in ${years}`,
    },
    {
      name: 'strength 0: precedents trusted at declared looks',
      value: trusted,
      unit: 'looks',
      target: never(trusted),
      note: `of ${looks.length}, in ${years}`,
    },
    {
      name: 'strength 0: looks at which an interval above zero alone would trust precedents',
      value: looks.filter(({ gain: of }) => (of?.interval.low ?? -1) > 0).length,
      unit: 'looks',
      note: `of ${looks.length}, in ${years}`,
    },
  ];
}
