/** Trains networks on onnxruntime: gradients from the network's graph, Adam beside it. */
import { Adam, type AdamSettings } from '../../graph/models/tape/adam';
import {
  evaluationGraph,
  gradientName,
  initialWeights,
  LABELS,
  LOGITS,
  LOSS,
  OFFSETS,
  ROW_WEIGHTS,
  trainingGraph,
  type Network,
  type NetworkWeights,
} from '../../graph/models/tape/network';
import type { Parameter } from '../../graph/models/tape/tape';
import { Random } from '../../graph/random/random';
import { SpymasterError } from '../../graph/errors';
import { OnnxSession, type FloatTensor } from './onnxSession';

/** Rows of a network's inputs, of one scale and finite. */
export interface NetworkRows {
  readonly rows: number;
  /** Each rows x the axes of the input. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
}

export interface LabelledNetworkRows extends NetworkRows {
  /** Class of each, 0 .. classes - 1. */
  readonly labels: ArrayLike<number>;
  /** Rows x classes: what is added to each row's logits, such as those of a baseline the network is to improve on. */
  readonly offsets?: ArrayLike<number>;
}

export interface TrainingSettings extends AdamSettings {
  readonly epochs: number;
  /** Rows a step. */
  readonly batch: number;
  /** Of the first weights and of the order of rows. */
  readonly seed: number;
}

export interface Epoch {
  /** 1, 2, .. */
  readonly epoch: number;
  /** Mean loss of the epoch's batches, each before its step; nats a row. */
  readonly loss: number;
  /** As they now are; copied if they are to be kept. */
  readonly weights: NetworkWeights;
}

interface TrainingHooks {
  /** Told after each epoch; ends the training where it says so. */
  readonly onEpoch?: (epoch: Epoch) => Promise<'stop' | void> | 'stop' | void;
  readonly signal?: AbortSignal;
}

/** A network's sessions: made once, they serve every fold and trial of its shape. Calls must not overlap. */
export class NetworkTrainer {
  private constructor(
    private readonly network: Network,
    private readonly parameters: readonly Parameter[],
    private readonly training: OnnxSession,
    private readonly evaluation: OnnxSession,
  ) {}

  static async open(network: Network, threads = 1): Promise<NetworkTrainer> {
    const { onnx, parameters } = trainingGraph(network);
    return new NetworkTrainer(
      network,
      parameters,
      await OnnxSession.open(onnx, threads),
      await OnnxSession.open(evaluationGraph(network).onnx, threads),
    );
  }

  /**
   * The same rows, settings and seed give the same weights, bit for bit.
   * @throws SpymasterError Cancelled
   */
  async train(
    rows: LabelledNetworkRows,
    settings: TrainingSettings,
    { onEpoch, signal }: TrainingHooks = {},
  ): Promise<NetworkWeights> {
    const weights = initialWeights(this.parameters, settings.seed);
    const random = new Random(settings.seed).fork('order of rows');
    const adam = new Adam(settings);
    const outputs = [LOSS, ...this.parameters.map(({ name }) => gradientName(name))];
    const order = Int32Array.from({ length: rows.rows }, (_, i) => i);
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      shuffle(order, random);
      let loss = 0;
      for (let from = 0; from < order.length; from += settings.batch) {
        if (signal?.aborted) throw new SpymasterError('Cancelled', 'The training was interrupted');
        const chosen = order.subarray(from, from + settings.batch);
        const results = await this.training.run(
          { ...this.feeds(rows, chosen), ...this.labelFeeds(rows, chosen), ...this.weightFeeds(weights) },
          outputs,
        );
        loss += results[LOSS][0] * chosen.length;
        const gradients = Object.fromEntries(
          this.parameters.map(({ name }) => [name, results[gradientName(name)]]),
        );
        adam.update(this.parameters, weights, gradients);
      }
      if ((await onEpoch?.({ epoch, loss: loss / order.length, weights })) === 'stop') break;
    }
    return weights;
  }

  /** Logits, rows x classes, without offsets. */
  async logits(rows: NetworkRows, weights: NetworkWeights): Promise<Float64Array> {
    const { classes } = this.network;
    const logits = new Float64Array(rows.rows * classes);
    const order = Int32Array.from({ length: rows.rows }, (_, i) => i);
    for (let from = 0; from < order.length; from += BATCH) {
      const chosen = order.subarray(from, from + BATCH);
      const feeds = { ...this.feeds(rows, chosen), ...this.weightFeeds(weights) };
      logits.set((await this.evaluation.run(feeds, [LOGITS]))[LOGITS], from * classes);
    }
    return logits;
  }

  async close(): Promise<void> {
    await this.training.close();
    await this.evaluation.close();
  }

  private feeds({ inputs }: NetworkRows, chosen: Int32Array): Record<string, FloatTensor> {
    return Object.fromEntries(
      Object.entries(this.network.inputs).map(([name, axes]) => {
        const width = axes.reduce((a, b) => a * b, 1);
        const values = new Float32Array(chosen.length * width);
        chosen.forEach((row, i) =>
          values.set(inputs[name].subarray(row * width, (row + 1) * width), i * width),
        );
        return [name, { values, dims: [chosen.length, ...axes] }];
      }),
    );
  }

  private labelFeeds(
    { labels, offsets }: LabelledNetworkRows,
    chosen: Int32Array,
  ): Record<string, FloatTensor> {
    const { classes } = this.network;
    const [n, dims] = [chosen.length, [chosen.length, classes]];
    const oneHot = new Float32Array(n * classes);
    const added = new Float32Array(n * classes);
    chosen.forEach((row, i) => {
      oneHot[i * classes + labels[row]] = 1;
      if (offsets) for (let c = 0; c < classes; c++) added[i * classes + c] = offsets[row * classes + c];
    });
    return {
      [LABELS]: { values: oneHot, dims },
      [OFFSETS]: { values: added, dims },
      [ROW_WEIGHTS]: { values: new Float32Array(n).fill(1 / n), dims: [n, 1] },
    };
  }

  private weightFeeds(weights: NetworkWeights): Record<string, FloatTensor> {
    return Object.fromEntries(
      this.parameters.map(({ name, shape }) => [name, { values: weights[name], dims: shape }]),
    );
  }
}

/** Rows scored at a time: more need more memory and are no faster. */
const BATCH = 64;

/** Fisher and Yates's shuffle. */
function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
}
