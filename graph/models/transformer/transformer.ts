/**
 * A small Transformer over the approach and the vector: pre-norm encoder layers (Vaswani et al. 2017; Xiong et al. 2020) read the steps
 * of the approach; their mean is joined with what a layer makes of the vector, for the approach alone knows less than the vector.
 */
import type { Network } from '../tape/network';
import {
  add,
  addToRows,
  concat,
  layerNorm,
  linear,
  matmul,
  meanOverSteps,
  relu,
  reshape,
  scaledProducts,
  softmax,
  splitInThree,
  transpose,
} from '../tape/operators';
import { ROWS, type Start, type Tape, type Value } from '../tape/tape';

export interface TransformerShape {
  /** Steps of the approach, and numbers a step. */
  readonly steps: number;
  readonly channels: number;
  /** Dimensions of the vector. */
  readonly features: number;
  readonly classes: number;
  /** Numbers a step is represented by inside; a multiple of the heads. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width inside of what follows attention in a layer. */
  readonly hidden: number;
}

/** Inputs: `sequence` [rows, steps, channels] and `vector` [rows, features], each of one scale. */
export function transformer(shape: TransformerShape): Network {
  const { steps, channels, features, classes, width, layers } = shape;
  return {
    classes,
    inputs: { sequence: [steps, channels], vector: [features] },
    forward(tape, { sequence, vector }) {
      let x = dense(tape, reshape(tape, sequence, [ROWS, channels]), 'steps', width);
      x = reshape(tape, x, [ROWS, steps, width]);
      x = addToRows(tape, x, tape.parameter('positions', [steps, width], 'small'));
      x = reshape(tape, x, [ROWS, width]);
      for (let layer = 0; layer < layers; layer++) x = encoderLayer(tape, x, `layer_${layer}`, shape);
      x = reshape(tape, norm(tape, x, 'encoded'), [ROWS, steps, width]);
      const approach = meanOverSteps(tape, x);
      const state = relu(tape, dense(tape, vector, 'vector', width));
      // It begins by adding nothing: all classes alike, or what the offsets of the rows say.
      return dense(tape, concat(tape, approach, state), 'head', classes, 'zeros');
    },
  };
}

/** x [rows * steps, width]. */
function encoderLayer(tape: Tape, x: Value, name: string, shape: TransformerShape): Value {
  const { width, hidden } = shape;
  const seen = attention(tape, norm(tape, x, `${name}_attention`), name, shape);
  const y = add(tape, x, dense(tape, seen, `${name}_joined`, width));
  const inner = relu(tape, dense(tape, norm(tape, y, `${name}_hidden`), `${name}_inner`, hidden));
  return add(tape, y, dense(tape, inner, `${name}_outer`, width));
}

/** What each step takes from the others, each head by its own likeness. */
function attention(tape: Tape, x: Value, name: string, { steps, width, heads }: TransformerShape): Value {
  const ofHead = width / heads;
  const toHeads = (value: Value) =>
    transpose(tape, reshape(tape, value, [ROWS, steps, heads, ofHead]), [0, 2, 1, 3]);
  const [queries, keys, values] = splitInThree(tape, dense(tape, x, `${name}_looked`, 3 * width)).map(
    toHeads,
  );
  const looked = softmax(tape, scaledProducts(tape, queries, keys, 1 / Math.sqrt(ofHead)));
  const taken = transpose(tape, matmul(tape, looked, values), [0, 2, 1, 3]);
  return reshape(tape, taken, [ROWS, width]);
}

function dense(tape: Tape, x: Value, name: string, width: number, start: Start = 'glorot'): Value {
  const weights = tape.parameter(`${name}_weights`, [x.shape[1], width], start);
  return linear(tape, x, weights, tape.parameter(`${name}_bias`, [width], 'zeros'));
}

function norm(tape: Tape, x: Value, name: string): Value {
  const gain = tape.parameter(`${name}_gain`, [x.shape[1]], 'ones');
  return layerNorm(tape, x, gain, tape.parameter(`${name}_shift`, [x.shape[1]], 'zeros'));
}
