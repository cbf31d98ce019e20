/** How fast models are fitted and asked: the logistic one, trees, and the Transformer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetworkTrainer } from '../../activities/models/networkTrainer';
import { OnnxSession, type FloatTensor } from '../../activities/models/onnxSession';
import { BOOSTING_DEFAULTS, fitBoosting } from '../../graph/models/boosting/fit';
import type { LabelledRows } from '../../graph/models/labelledRows';
import { fitLogistic } from '../../graph/models/logistic/fit';
import { logisticNode, scaledNode } from '../../graph/models/onnx/layers';
import { scorerOnnx } from '../../graph/models/onnx/scorer';
import { fitScaling, scaled } from '../../graph/models/scaling';
import { initialWeights, networkNode, trainingGraph } from '../../graph/models/tape/network';
import { transformer } from '../../graph/models/transformer/transformer';
import { Random } from '../../graph/random/random';
import { beside, runPeer } from './peers';
import { quantile } from './quantile';
import { sized } from './size';
import type { BenchResult } from './types';

const ROWS = sized(50_000, 300);
const FEATURES = 144;
const CLASSES = 3;
const RIDGE = 5;
const ROUNDS = 3;
/** Enough for a 99th percentile that does not hang on a few. */
const ASKED = sized(20_000, 20);
/** Of one that serves: 20 minutes of 5 s bars in 60 steps of 12 channels. */
const SERVED = {
  steps: 60,
  channels: 12,
  features: FEATURES,
  classes: CLASSES,
  width: 32,
  layers: 2,
  heads: 4,
  hidden: 128,
};
/** The published measure of training: 64 steps of 32 channels, two layers of width 64. */
const TRAINED = { ...SERVED, steps: 64, channels: 32, width: 64, hidden: 256 };
const EPOCH_ROWS = 50_000;
const TRAINED_ROWS = sized(6_400, 64);

/** Correlated normal features, and classes drawn from a logistic model of them. */
function rowsOf(seed: number, rows: number): LabelledRows & { x: Float32Array; labels: Uint8Array } {
  const random = new Random(seed);
  const truth = Float64Array.from({ length: CLASSES * FEATURES }, () => 0.1 * random.normal());
  const x = new Float32Array(rows * FEATURES);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = random.normal();
    for (let k = 0; k < FEATURES; k++)
      x[i * FEATURES + k] = 0.8 * random.normal() + (k % 3 === 0 ? 0.6 : 0) * common;
    let best = -Infinity;
    for (let c = 0; c < CLASSES; c++) {
      let score = -Math.log(random.exponential());
      for (let k = 0; k < FEATURES; k++) score += truth[c * FEATURES + k] * x[i * FEATURES + k];
      if (score <= best) continue;
      best = score;
      labels[i] = c;
    }
  }
  return { x, labels, features: FEATURES, classes: CLASSES };
}

/** Seconds of the fastest of some runs. */
function fastest(runs: number, work: () => void): number {
  let best = Infinity;
  for (let k = 0; k < sized(runs, 1); k++) {
    const begin = performance.now();
    work();
    best = Math.min(best, (performance.now() - begin) / 1000);
  }
  return best;
}

function fitting(rows: ReturnType<typeof rowsOf>): BenchResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  try {
    writeFileSync(join(folder, 'x.f32'), rows.x);
    writeFileSync(join(folder, 'labels.u8'), rows.labels);
    const peer = runPeer('sklearn_fit.py', folder, String(FEATURES), String(RIDGE), String(ROUNDS));
    let objective = NaN;
    const logistic = fastest(3, () => (objective = fitLogistic(rows, RIDGE).objective));
    const boosting = fastest(1, () => fitBoosting(rows, { ...BOOSTING_DEFAULTS, rounds: ROUNDS }));
    const tree = boosting / (ROUNDS * CLASSES);
    const theirs = peer ? `; objective ${objective.toFixed(7)}, the peer's ${peer.objective.toFixed(7)}` : '';
    const size = `${ROWS} x ${FEATURES}, ${CLASSES} classes, one thread`;
    return [
      {
        name: 'fitting the logistic model',
        value: logistic,
        unit: 's',
        note: `${size}${theirs}`,
        ...beside(logistic, 'scikit-learn', peer?.logistic_seconds),
      },
      {
        name: 'growing a tree of boosting',
        value: tree,
        unit: 's',
        note: `${size}, 31 leaves; the peer uses all cores`,
        ...beside(tree, 'scikit-learn', peer?.tree_seconds),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Delay of single rows, as the scorer has them: µs. */
async function asked(
  name: string,
  model: Uint8Array,
  row: Record<string, FloatTensor>,
): Promise<BenchResult[]> {
  const session = await OnnxSession.open(model);
  for (let k = 0; k < ASKED / 10; k++) await session.run(row);
  const delays = new Float64Array(ASKED);
  for (let k = 0; k < ASKED; k++) {
    const begin = performance.now();
    await session.run(row);
    delays[k] = 1000 * (performance.now() - begin);
  }
  await session.close();
  const note = `of ${ASKED} rows one by one, one thread`;
  return [
    { name: `asking the ${name}: median`, value: quantile(delays, 0.5), unit: 'µs', note },
    { name: `asking the ${name}: 99th percentile`, value: quantile(delays, 0.99), unit: 'µs', note },
  ];
}

const described = (name: string) => ({ name, metadata: {} });

function servedLogistic(rows: LabelledRows): Uint8Array {
  const scaling = fitScaling(rows.x, FEATURES);
  const few = 2000;
  const model = fitLogistic(
    {
      ...rows,
      x: scaled(scaling, rows.x.subarray(0, few * FEATURES)),
      labels: Array.from({ length: Math.min(few, ROWS) }, (_, i) => rows.labels[i]),
    },
    RIDGE,
  );
  return scorerOnnx(
    {
      inputs: { vector: [FEATURES] },
      classes: CLASSES,
      candidate: (graph, { vector }) =>
        logisticNode(graph, scaledNode(graph, vector, scaling, 'vector'), model, 'logistic'),
    },
    described('logistic'),
  );
}

function servedTransformer(): Uint8Array {
  const network = transformer(SERVED);
  const weights = initialWeights(trainingGraph(network).parameters, 1);
  return scorerOnnx(
    {
      inputs: network.inputs,
      classes: CLASSES,
      candidate: (graph, inputs) => networkNode(graph, inputs, network, weights),
    },
    described('transformer'),
  );
}

/** Seconds of an epoch, from one of fewer rows. */
async function epoch(): Promise<BenchResult> {
  const random = new Random(2);
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
  const { steps, channels } = TRAINED;
  const rows = {
    rows: TRAINED_ROWS,
    inputs: { sequence: normals(TRAINED_ROWS * steps * channels), vector: normals(TRAINED_ROWS * FEATURES) },
    labels: Uint8Array.from({ length: TRAINED_ROWS }, () => random.below(CLASSES)),
  };
  const trainer = await NetworkTrainer.open(transformer(TRAINED), 2);
  // The first epoch warms up; the second counts.
  const ends: number[] = [];
  await trainer.train(
    rows,
    { epochs: 2, batch: 64, learningRate: 1e-3, weightDecay: 0.01, seed: 1 },
    { onEpoch: () => void ends.push(performance.now()) },
  );
  await trainer.close();
  return {
    name: 'an epoch of the Transformer',
    value: ((ends[1] - ends[0]) / 1000) * (EPOCH_ROWS / TRAINED_ROWS),
    unit: 's',
    note: `of ${EPOCH_ROWS} x ${steps} x ${channels}, from one of ${TRAINED_ROWS} rows; width ${TRAINED.width}, ${TRAINED.layers} layers, ${TRAINED.heads} heads, batches of 64, two threads`,
  };
}

export async function bench(): Promise<BenchResult[]> {
  const rows = rowsOf(1, ROWS);
  const vector = { values: rows.x.slice(0, FEATURES), dims: [1, FEATURES] };
  const { steps, channels } = SERVED;
  const sequence = { values: new Float32Array(steps * channels).fill(0.1), dims: [1, steps, channels] };
  return [
    ...fitting(rows),
    ...(await asked('logistic model', servedLogistic(rows), { vector })),
    ...(await asked('Transformer', servedTransformer(), { sequence, vector })),
    await epoch(),
  ];
}
