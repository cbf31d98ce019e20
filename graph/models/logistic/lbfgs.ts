/**
 * Minimises a smooth function by L-BFGS: limited-memory quasi-Newton steps from the latest pairs of move and change of gradient
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5). No randomness: the same function, the same path.
 */

/** Value at a point; writes the gradient there into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** False where neither gradient nor decrease had become small when the iterations were used up, or no step led down. */
  readonly converged: boolean;
}

export interface Stops {
  /** Largest component of the gradient at which the search ends. */
  readonly gradient: number;
  /** Decrease of a step, relative to max(1, |value|), at which it ends. */
  readonly decrease: number;
  readonly iterations: number;
}

const STOPS: Stops = { gradient: 1e-5, decrease: 1e-9, iterations: 100 };
/** Pairs remembered. */
const MEMORY = 10;
/** Share of the decrease the slope promises that a step must attain (Armijo). */
const SUFFICIENT = 1e-4;
const HALVINGS = 20;
/** Smallest s'y of a pair that is kept: below it the curvature is rounding. */
const LEAST_CURVATURE = 1e-12;

interface Pair {
  readonly move: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

/** @param start not changed */
export function minimise(objective: Objective, start: Float64Array, stops: Stops = STOPS): Minimum {
  const n = start.length;
  let point = Float64Array.from(start);
  let gradient = new Float64Array(n);
  let value = objective(point, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < stops.iterations; iteration++) {
    if (largest(gradient) < stops.gradient) return { point, value, iterations: iteration, converged: true };
    const direction = descent(gradient, pairs);
    const slope = dot(gradient, direction);
    let length = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    const next = new Float64Array(n);
    const nextGradient = new Float64Array(n);
    let nextValue = Infinity;
    for (let halving = 0; halving <= HALVINGS; halving++, length /= 2) {
      for (let i = 0; i < n; i++) next[i] = point[i] + length * direction[i];
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT * length * slope) break;
    }
    if (!(nextValue < value)) {
      // No step leads down: where that is for rounding, this is the minimum.
      const converged = Math.abs(slope) < stops.decrease * Math.max(1, Math.abs(value));
      return { point, value, iterations: iteration, converged };
    }
    remember(pairs, point, next, gradient, nextGradient);
    const decrease = value - nextValue;
    [point, gradient, value] = [next, nextGradient, nextValue];
    if (decrease < stops.decrease * Math.max(1, Math.abs(value)))
      return { point, value, iterations: iteration + 1, converged: true };
  }
  return { point, value, iterations: stops.iterations, converged: false };
}

/** The two-loop recursion: minus the inverse curvature the pairs tell of, times the gradient. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const steps = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    steps[k] = pairs[k].rho * dot(pairs[k].move, direction);
    addScaled(direction, -steps[k], pairs[k].change);
  }
  const latest = pairs[pairs.length - 1];
  if (latest) {
    const scale = 1 / (latest.rho * dot(latest.change, latest.change));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  pairs.forEach(({ move, change, rho }, k) =>
    addScaled(direction, steps[k] - rho * dot(change, direction), move),
  );
  return direction;
}

function remember(
  pairs: Pair[],
  from: Float64Array,
  to: Float64Array,
  gradientFrom: Float64Array,
  gradientTo: Float64Array,
): void {
  const move = to.map((value, i) => value - from[i]);
  const change = gradientTo.map((value, i) => value - gradientFrom[i]);
  const curvature = dot(move, change);
  if (curvature <= LEAST_CURVATURE) return;
  pairs.push({ move, change, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * what[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
