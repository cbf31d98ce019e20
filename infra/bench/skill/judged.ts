/** How good forecasts were beside those of the planted state itself. */
import { calibrationError, calibrationSlope, CLASSES, logLosses } from '../../../graph/models/scores';
import { Random } from '../../../graph/random/random';
import { blocksOf, bootstrapMean } from '../../../graph/statistics/blockBootstrap';
import type { Interval } from '../../../graph/statistics/proportion';

const classes = CLASSES.length;
const SEED = 1;
const DRAWS = 2000;

export interface Figure {
  readonly value: number;
  /** 90 %, by drawing whole days. */
  readonly interval: Interval;
}

/** Forecasts of some episodes by name, with what came true; days of several markets are told apart by their names. */
export interface Scored {
  readonly days: readonly string[];
  readonly labels: Uint8Array;
  /** Probabilities, episodes x classes. */
  readonly shares: Readonly<Record<string, Float64Array>>;
}

/** Episodes of several markets, one behind another. */
export function pooled(all: readonly Scored[]): Scored {
  const names = Object.keys(all[0].shares);
  const together = (name: string) => Float64Array.from(all.flatMap(({ shares }) => [...shares[name]]));
  return {
    days: all.flatMap(({ days }) => days),
    labels: Uint8Array.from(all.flatMap(({ labels }) => [...labels])),
    shares: Object.fromEntries(names.map((name) => [name, together(name)])),
  };
}

/** Those episodes alone. */
export function only({ days, labels, shares }: Scored, wanted: (day: string) => boolean): Scored {
  const rows = days.flatMap((day, i) => (wanted(day) ? [i] : []));
  const of = (all: Float64Array) =>
    Float64Array.from(rows.flatMap((i) => [...all.subarray(i * classes, (i + 1) * classes)]));
  return {
    days: rows.map((i) => days[i]),
    labels: Uint8Array.from(rows, (i) => labels[i]),
    shares: Object.fromEntries(Object.entries(shares).map(([name, all]) => [name, of(all)])),
  };
}

const lossesOf = ({ labels, shares }: Scored, name: string) => logLosses({ labels, shares: shares[name] });

const gains = (scored: Scored, name: string, over: string) => {
  const other = lossesOf(scored, over);
  return lossesOf(scored, name).map((loss, i) => other[i] - loss);
};

/** Log loss below another forecast's, nats an episode. */
export function gain(scored: Scored, name: string, over: string): Figure {
  const { mean: value, interval } = bootstrapMean(blocksOf(scored.days, gains(scored, name, over)), {
    seed: SEED,
  });
  return { value, interval };
}

/** The gain as a share of what another forecast gains over the same; both are of the days drawn. */
export function shareOfGain(scored: Scored, name: string, whole: string, over: string): Figure {
  const [own, all] = [name, whole].map((one) => blocksOf(scored.days, gains(scored, one, over)));
  const ratio = (drawn: Iterable<number>) => {
    let [part, total] = [0, 0];
    for (const k of drawn) {
      part += own[k].sum;
      total += all[k].sum;
    }
    return part / total;
  };
  const random = new Random(SEED);
  const draws = Float64Array.from({ length: DRAWS }, () =>
    ratio(Array.from(own, () => random.below(own.length))),
  ).sort();
  return {
    value: ratio(own.keys()),
    interval: { low: draws[Math.floor(0.05 * DRAWS)], high: draws[Math.floor(0.95 * DRAWS)] },
  };
}

export const slopeOf = ({ labels, shares }: Scored, name: string): number =>
  calibrationSlope({ labels, shares: shares[name] });

export const errorOf = ({ labels, shares }: Scored, name: string): number =>
  calibrationError({ labels, shares: shares[name] });
