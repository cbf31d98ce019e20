/** The Transformer as a family of candidates: over the approach, step by step, and the vector, on top of the baseline. */
import { networkNode } from '../../graph/models/tape/network';
import { scaledNode } from '../../graph/models/onnx/layers';
import { fitScaling, scaled } from '../../graph/models/scaling';
import { CLASSES } from '../../graph/models/scores';
import type { Values } from '../../graph/models/search/space';
import { STEPS } from '../../graph/models/training/approachSteps';
import { SEQUENCE_LENGTH, WIDTH, type Examples } from '../../graph/models/training/example';
import { vectorsOf, type Family } from '../../graph/models/training/families';
import { transformer, type TransformerShape } from '../../graph/models/transformer/transformer';
import { CHANNELS } from '../../graph/vectors/sequence';
import { NetworkTrainer } from '../models/networkTrainer';

const HEADS = 4;
const BATCH = 64;

export const TRANSFORMER: Family = {
  name: 'transformer',
  space: [
    { name: 'width', kind: 'choice', choices: ['16', '32'] },
    { name: 'layers', kind: 'integer', low: 1, high: 2 },
    { name: 'epochs', kind: 'integer', low: 2, high: 30, log: true },
    { name: 'learningRate', kind: 'real', low: 2e-4, high: 3e-3, log: true },
    { name: 'weightDecay', kind: 'real', low: 0.01, high: 10, log: true },
  ],
  defaults: { width: '16', layers: 1, epochs: 8, learningRate: 1e-3, weightDecay: 1 },
  inputs: { sequence: [STEPS, CHANNELS.length], vector: [WIDTH] },
  async fit({ examples, rows, labels, offsets, parameters, seed }) {
    const shape = shapeOf(parameters);
    const network = transformer(shape);
    const trainer = await trainerOf(shape);
    const scalings = {
      sequence: fitScaling(sequencesOf(examples, rows), CHANNELS.length),
      vector: fitScaling(vectorsOf(examples, rows), WIDTH),
    };
    const rowsOf = (from: Examples, of: readonly number[]) => ({
      rows: of.length,
      inputs: {
        sequence: scaled(scalings.sequence, sequencesOf(from, of)),
        vector: scaled(scalings.vector, vectorsOf(from, of)),
      },
    });
    const weights = await trainer.train(
      { ...rowsOf(examples, rows), labels, offsets },
      {
        epochs: parameters.epochs as number,
        batch: BATCH,
        learningRate: parameters.learningRate as number,
        weightDecay: parameters.weightDecay as number,
        seed,
      },
    );
    return {
      logits: async (from, of, base) =>
        (await trainer.logits(rowsOf(from, of), weights)).map((logit, i) => logit + base[i]),
      node(graph, { sequence, vector }, base) {
        const inputs = {
          sequence: scaledNode(graph, sequence, scalings.sequence, 'sequence'),
          vector: scaledNode(graph, vector, scalings.vector, 'vector'),
        };
        return graph.node('Add', [base, networkNode(graph, inputs, network, weights)]);
      },
    };
  },
};

const shapeOf = ({ width, layers }: Values): TransformerShape => ({
  steps: STEPS,
  channels: CHANNELS.length,
  features: WIDTH,
  classes: CLASSES.length,
  width: Number(width),
  layers: layers as number,
  heads: HEADS,
  hidden: 4 * Number(width),
});

const trainers = new Map<string, Promise<NetworkTrainer>>();

/** One of each shape is kept: it serves all folds and trials of a thread, which come one after the other. */
function trainerOf(shape: TransformerShape): Promise<NetworkTrainer> {
  const name = JSON.stringify(shape);
  const open = trainers.get(name) ?? NetworkTrainer.open(transformer(shape));
  trainers.set(name, open);
  return open;
}

/** Approaches of examples, rows x steps x channels. */
function sequencesOf({ sequence }: Examples, rows: readonly number[]): Float32Array {
  const x = new Float32Array(rows.length * SEQUENCE_LENGTH);
  rows.forEach((row, k) =>
    x.set(sequence.subarray(row * SEQUENCE_LENGTH, (row + 1) * SEQUENCE_LENGTH), k * SEQUENCE_LENGTH),
  );
  return x;
}
