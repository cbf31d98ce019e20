/**
 * Families of candidates. Those here are fitted on top of the baseline - their logits are those of volatility, distance and time of day,
 * plus what the family has found besides - so that one that has found nothing says what the baseline says.
 */
import { boostingLogits, fitBoosting, type BoostingSettings } from '../boosting/fit';
import { fitLogistic, logisticLogits } from '../logistic/fit';
import { boostingNode, logisticNode, scaledNode } from '../onnx/layers';
import type { OnnxGraph } from '../onnx/onnxGraph';
import { fitScaling, scaled, type Scaling } from '../scaling';
import { CLASSES } from '../scores';
import type { Parameter, Values } from '../search/space';
import { GROUP_RANGES } from '../../vectors/features';
import { WIDTH, type Examples } from './example';

/** A candidate fitted to some examples. */
export interface Fitted {
  /** Logits of examples, rows x classes. @param offsets the baseline's */
  logits(
    examples: Examples,
    rows: readonly number[],
    offsets: Float64Array,
  ): Float64Array | Promise<Float64Array>;
  /** Appends the same to an ONNX graph. @param baseline name of the baseline's logits */
  node(graph: OnnxGraph, inputs: Readonly<Record<string, string>>, baseline: string): string;
}

/** What a fit is given. */
export interface FitRequest {
  readonly examples: Examples;
  /** Examples to fit to. */
  readonly rows: readonly number[];
  readonly labels: Uint8Array;
  /** Logits of the baseline, rows x classes. */
  readonly offsets: Float64Array;
  readonly parameters: Values;
  readonly seed: number;
}

export interface Family {
  readonly name: string;
  /** What is searched. */
  readonly space: readonly Parameter[];
  /** What is tried first: sound whatever the data. */
  readonly defaults: Values;
  /** Inputs of its node beside the baseline's, with the lengths of their axes. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  fit(request: FitRequest): Fitted | Promise<Fitted>;
}

const classes = CLASSES.length;

/** Which groups of dimensions a candidate looks at. */
const DIMENSIONS = ['book', 'book and geometry', 'all'] as const;

/** Multinomial logistic regression over the vector, with a strong ridge. */
export const LOGISTIC: Family = {
  name: 'logistic',
  space: [
    { name: 'ridge', kind: 'real', low: 100, high: 30_000, log: true },
    { name: 'dimensions', kind: 'choice', choices: DIMENSIONS },
  ],
  defaults: { ridge: 1000, dimensions: 'book' },
  inputs: { vector: [WIDTH] },
  fit({ examples, rows, labels, offsets, parameters }) {
    const raw = vectorsOf(examples, rows);
    const scaling = only(fitScaling(raw, WIDTH), parameters.dimensions as (typeof DIMENSIONS)[number]);
    const model = fitLogistic(
      { x: scaled(scaling, raw), features: WIDTH, classes, labels, offsets },
      parameters.ridge as number,
    );
    return {
      logits: (from, of, base) => logisticLogits(model, scaled(scaling, vectorsOf(from, of)), base),
      node: (graph, { vector }, base) => {
        const x = scaledNode(graph, vector, scaling, 'vector');
        return graph.node('Add', [base, logisticNode(graph, x, model, 'candidate')]);
      },
    };
  },
};

/** A scaling that makes 0 of the dimensions that are not looked at: a ridge leaves their weights at 0. */
function only(scaling: Scaling, dimensions: (typeof DIMENSIONS)[number]): Scaling {
  const { geometry, options } = GROUP_RANGES;
  const factors = scaling.factors.slice();
  if (dimensions !== 'all') factors.fill(0, options.start, options.end);
  if (dimensions === 'book') factors.fill(0, geometry.start, geometry.end);
  return { ...scaling, factors };
}

/** Gradient boosting of small trees over the vector. */
export const BOOSTING: Family = {
  name: 'boosting',
  space: [
    { name: 'rounds', kind: 'integer', low: 10, high: 200, log: true },
    { name: 'learningRate', kind: 'real', low: 0.01, high: 0.2, log: true },
    { name: 'leaves', kind: 'integer', low: 2, high: 16 },
    { name: 'lambda', kind: 'real', low: 1, high: 300, log: true },
  ],
  defaults: { rounds: 40, learningRate: 0.05, leaves: 4, lambda: 30 },
  inputs: { vector: [WIDTH] },
  fit({ examples, rows, labels, offsets, parameters }) {
    const settings: BoostingSettings = {
      rounds: parameters.rounds as number,
      learningRate: parameters.learningRate as number,
      leaves: parameters.leaves as number,
      lambda: parameters.lambda as number,
      splitRows: 40,
      sideHessian: 5,
    };
    const x = vectorsOf(examples, rows);
    const model = fitBoosting({ x, features: WIDTH, classes, labels, offsets }, settings);
    return {
      logits: (from, of, base) => boostingLogits(model, vectorsOf(from, of), base),
      node: (graph, { vector }, base) => graph.node('Add', [base, boostingNode(graph, vector, model)]),
    };
  },
};

/** Vectors of examples, rows x dimensions. */
export function vectorsOf({ raw }: Examples, rows: readonly number[]): Float32Array {
  const x = new Float32Array(rows.length * WIDTH);
  rows.forEach((row, k) => x.set(raw.subarray(row * WIDTH, (row + 1) * WIDTH), k * WIDTH));
  return x;
}
