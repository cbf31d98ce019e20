/**
 * Search by the tree-structured Parzen estimator (J. Bergstra et al., Algorithms for Hyper-Parameter Optimization, 2011), multivariate: of
 * the trials so far the best few and the rest each make a mixture of kernels, one a trial, and what is tried next is that of a handful
 * of draws from the first which is most likely under the first beside the second.
 *
 * Kernels and weights follow Optuna's published defaults. Trials that are still running count as bad, so that others do not go where
 * they are (D. Ginsbourger's constant liar).
 */
import { normalCdf, SQRT_2PI } from '../../options/normal';
import type { Random } from '../../random/random';
import {
  checkValues,
  endsOf,
  placeOf,
  valueAt,
  type Axis,
  type Choice,
  type Parameter,
  type Values,
} from './space';

/** A trial with its loss; null while it runs. */
export interface Trial {
  readonly values: Values;
  readonly loss: number | null;
}

/** Trials drawn evenly before anything is concluded of them. */
const STARTUP = 10;
/** Share of the trials that are good, and how many at most. */
const GOOD_SHARE = 0.1;
const MOST_GOOD = 25;
/** The latest trials count in full, older ones less the older they are. */
const RECENT = 25;
/** Draws of which the best is taken. */
const CANDIDATES = 24;

/**
 * What to try next.
 * @param trials in the order in which they were begun
 * @param random the same trials and the same random numbers make the same suggestion
 * @throws SpymasterError BadArgument where a trial's values are not of the space
 */
export function suggest(space: readonly Parameter[], trials: readonly Trial[], random: Random): Values {
  for (const { values } of trials) checkValues(space, values);
  const ended = trials.filter(({ loss }) => loss !== null);
  if (ended.length < STARTUP) return evenDraw(space, random);
  const count = Math.min(Math.ceil(GOOD_SHARE * ended.length), MOST_GOOD);
  const best = new Set([...ended].sort((a, b) => a.loss! - b.loss!).slice(0, count));
  const good = new Mixture(
    space,
    trials.filter((trial) => best.has(trial)),
  );
  const bad = new Mixture(
    space,
    trials.filter((trial) => !best.has(trial)),
  );
  let chosen = good.draw(random);
  let highest = -Infinity;
  for (let k = 0; k < CANDIDATES; k++) {
    const candidate = good.draw(random);
    const likely = good.logDensity(candidate) - bad.logDensity(candidate);
    if (likely <= highest) continue;
    highest = likely;
    chosen = candidate;
  }
  return chosen;
}

function evenDraw(space: readonly Parameter[], random: Random): Values {
  return Object.fromEntries(
    space.map((parameter) => {
      if (parameter.kind === 'choice')
        return [parameter.name, parameter.choices[random.below(parameter.choices.length)]];
      const { low, high } = endsOf(parameter);
      return [parameter.name, valueAt(parameter, low + random.unit() * (high - low))];
    }),
  );
}

/** One kernel along one axis, truncated to its ends. */
interface Kernel {
  readonly center: number;
  readonly width: number;
}

/** Kernels of some trials, and one over everything, each a product over the parameters. */
class Mixture {
  private readonly weights: number[];
  private readonly kernels: readonly (readonly Kernel[] | undefined)[];
  /** Of each choice: the probabilities of what is chosen, kernel by kernel. */
  private readonly shares: readonly (readonly (readonly number[])[] | undefined)[];

  constructor(
    private readonly space: readonly Parameter[],
    trials: readonly Trial[],
  ) {
    const raw = [...recency(trials.length), 1];
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    this.weights = raw.map((weight) => weight / total);
    this.kernels = space.map((parameter) =>
      parameter.kind === 'choice'
        ? undefined
        : kernelsOf(
            parameter,
            trials.map(({ values }) => values[parameter.name] as number),
          ),
    );
    this.shares = space.map((parameter) =>
      parameter.kind === 'choice'
        ? sharesOf(
            parameter,
            trials.map(({ values }) => values[parameter.name] as string),
          )
        : undefined,
    );
  }

  draw(random: Random): Values {
    const kernel = pick(this.weights, random);
    return Object.fromEntries(
      this.space.map((parameter, k) => {
        if (parameter.kind === 'choice')
          return [parameter.name, parameter.choices[pick(this.shares[k]![kernel], random)]];
        return [parameter.name, valueAt(parameter, drawWithin(this.kernels[k]![kernel], parameter, random))];
      }),
    );
  }

  logDensity(values: Values): number {
    const logs = this.weights.map((weight, kernel) =>
      this.space.reduce((sum, parameter, k) => {
        const value = values[parameter.name];
        if (parameter.kind === 'choice')
          return sum + Math.log(this.shares[k]![kernel][parameter.choices.indexOf(value as string)]);
        const { center, width } = this.kernels[k]![kernel];
        const { low, high } = endsOf(parameter);
        const z = (placeOf(parameter, value as number) - center) / width;
        return (
          sum - (z * z) / 2 - Math.log(width * massBetween((low - center) / width, (high - center) / width))
        );
      }, Math.log(weight)),
    );
    const highest = Math.max(...logs);
    return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0));
  }
}

/** Weights of trials, oldest first: 1 for the latest, rising to it for those before. */
function recency(n: number): number[] {
  if (n < RECENT) return Array.from({ length: n }, () => 1);
  const ramp = n - RECENT;
  return Array.from({ length: n }, (_, i) =>
    i >= ramp ? 1 : ramp === 1 ? 1 / n : 1 / n + (i * (1 - 1 / n)) / (ramp - 1),
  );
}

/** As wide as the larger gap to a neighbour, within limits; the one over everything last. */
function kernelsOf(axis: Axis, values: readonly number[]): Kernel[] {
  const { low, high } = endsOf(axis);
  const range = high - low;
  const everything: Kernel = { center: (low + high) / 2, width: range };
  const places = values.map((value) => placeOf(axis, value));
  const sorted = [...places].sort((a, b) => a - b);
  const least = range / Math.min(100, 2 + values.length);
  const kernels = places.map((center) => {
    const at = sorted.indexOf(center);
    const left = at > 0 ? center - sorted[at - 1] : NaN;
    const right = at < sorted.length - 1 ? sorted[at + 1] - center : NaN;
    const alone = sorted.length === 1;
    const gap = alone
      ? Math.max(center - low, high - center)
      : Math.max(Number.isNaN(left) ? 0 : left, Number.isNaN(right) ? 0 : right);
    return { center, width: Math.min(Math.max(gap, least), range) };
  });
  return [...kernels, everything];
}

/** One more for what the trial chose than the share each choice has to begin with. */
function sharesOf({ choices }: Choice, chosen: readonly string[]): number[][] {
  const n = chosen.length;
  const start = 1 / (n + 1);
  const total = choices.length * start + 1;
  return [
    ...chosen.map((choice) => choices.map((one) => (start + Number(one === choice)) / total)),
    choices.map(() => 1 / choices.length),
  ];
}

function pick(weights: readonly number[], random: Random): number {
  let left = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
}

/** Tries before a draw that lies outside is moved to the nearest end. */
const TRIES = 100;

function drawWithin({ center, width }: Kernel, axis: Axis, random: Random): number {
  const { low, high } = endsOf(axis);
  let place = center;
  for (let k = 0; k < TRIES; k++) {
    place = center + width * random.normal();
    if (place >= low && place <= high) return place;
  }
  return Math.min(Math.max(place, low), high);
}

/** Standard normal probability between two points, times the square root of 2 pi: what a truncated density is divided by. */
const massBetween = (from: number, to: number): number => SQRT_2PI * (normalCdf(to) - normalCdf(from));
