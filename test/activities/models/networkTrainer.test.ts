import { NetworkTrainer, type LabelledNetworkRows } from '../../../activities/models/networkTrainer';
import { evaluationGraph, initialWeights } from '../../../graph/models/tape/network';
import { lossOf } from '../../../graph/models/softmax';
import { transformer } from '../../../graph/models/transformer/transformer';
import { Random } from '../../../graph/random/random';

const SHAPE = { steps: 8, channels: 2, features: 3, classes: 3, width: 8, layers: 1, heads: 2, hidden: 16 };
const NETWORK = transformer(SHAPE);
const SETTINGS = { epochs: 30, batch: 32, learningRate: 5e-3, weightDecay: 0.01, seed: 1 };

/** Classes by what no mean tells: whether a rise in the sequence comes early or late, and by the vector's first number. */
function rows(seed: number, count: number): LabelledNetworkRows {
  const random = new Random(seed);
  const { steps, channels, features } = SHAPE;
  const sequence = Float32Array.from({ length: count * steps * channels }, () => 0.3 * random.normal());
  const vector = Float32Array.from({ length: count * features }, () => random.normal());
  const labels = Array.from({ length: count }, (_, i) => {
    const late = random.chance(0.5);
    sequence[(i * steps + (late ? 6 : 1)) * channels] += 3;
    return vector[i * features] > 0.5 ? 2 : late ? 1 : 0;
  });
  return { rows: count, inputs: { sequence, vector }, labels };
}

async function meanLoss(
  trainer: NetworkTrainer,
  data: LabelledNetworkRows,
  weights: Parameters<NetworkTrainer['logits']>[1],
) {
  const logits = await trainer.logits(data, weights);
  let sum = 0;
  for (let i = 0; i < data.rows; i++) sum += lossOf(logits, 3 * i, 3, data.labels[i]);
  return sum / data.rows;
}

describe('training a network', () => {
  it('learns from the order of steps and from the vector, and forecasts rows it has not seen', async () => {
    const trainer = await NetworkTrainer.open(NETWORK);
    const test = rows(2, 200);
    const losses: number[] = [];
    const weights = await trainer.train(rows(1, 600), SETTINGS, {
      onEpoch: ({ loss }) => void losses.push(loss),
    });
    expect(losses).toHaveLength(30);
    expect(losses[29]).toBeLessThan(losses[0] / 4);
    const before = initialWeights(evaluationGraph(NETWORK).parameters, 1);
    expect(await meanLoss(trainer, test, before)).toBeGreaterThan(0.8);
    expect(await meanLoss(trainer, test, weights)).toBeLessThan(0.3);
    await trainer.close();
  });

  it('begins with the offsets of its rows, and learns only what they do not say', async () => {
    const trainer = await NetworkTrainer.open(NETWORK);
    const data = rows(5, 100);
    const told = Float64Array.from({ length: 300 }, (_, i) =>
      data.labels[Math.floor(i / 3)] === i % 3 ? 9 : 0,
    );
    const losses: number[] = [];
    const weights = await trainer.train(
      { ...data, offsets: told },
      { ...SETTINGS, epochs: 3 },
      {
        onEpoch: ({ loss }) => void losses.push(loss),
      },
    );
    for (const loss of losses) expect(loss).toBeLessThan(1e-3);
    const largest = (await trainer.logits(data, weights)).reduce(
      (most, logit) => Math.max(most, Math.abs(logit)),
      0,
    );
    expect(largest).toBeLessThan(1);
    await trainer.close();
  });

  it('gives the same weights again, bit for bit, and others for another seed', async () => {
    const data = rows(3, 50);
    const settings = { ...SETTINGS, epochs: 2 };
    const train = async (seed: number, threads: number) => {
      const trainer = await NetworkTrainer.open(NETWORK, threads);
      const weights = await trainer.train(data, { ...settings, seed });
      await trainer.close();
      return weights;
    };
    const once = await train(1, 1);
    expect(await train(1, 1)).toEqual(once);
    expect(await train(1, 2)).toEqual(once);
    expect(await train(2, 1)).not.toEqual(once);
  });

  it('ends where it is told to after an epoch, and at once when it is interrupted', async () => {
    const trainer = await NetworkTrainer.open(NETWORK);
    let epochs = 0;
    await trainer.train(rows(4, 40), SETTINGS, {
      onEpoch: ({ epoch }) => {
        epochs = epoch;
        return epoch === 3 ? 'stop' : undefined;
      },
    });
    expect(epochs).toBe(3);
    const controller = new AbortController();
    const interrupted = trainer.train(rows(4, 40), SETTINGS, {
      signal: controller.signal,
      onEpoch: () => controller.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'Cancelled' });
    await trainer.close();
  });
});
