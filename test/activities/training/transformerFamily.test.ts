import { OnnxSession } from '../../../activities/models/onnxSession';
import { TRANSFORMER } from '../../../activities/training/transformerFamily';
import { PROBABILITIES } from '../../../graph/models/onnx/scorer';
import { lossOf, softmaxRows } from '../../../graph/models/softmax';
import { STEPS } from '../../../graph/models/training/approachSteps';
import { examplesOf, WIDTH } from '../../../graph/models/training/example';
import { fitOnBaseline, forecastFold, trainingData } from '../../../graph/models/training/foldForecasts';
import { servedModel } from '../../../graph/models/training/served';
import { Random } from '../../../graph/random/random';
import { CHANNELS } from '../../../graph/vectors/sequence';
import { MEASURED, plantedApproaches } from '../../graph/models/training/planted';

const PARAMETERS = { ...TRANSFORMER.defaults, epochs: 6, learningRate: 3e-3, weightDecay: 0.01 };
const BOUND = 20;

/** Approaches of which only the course tells whether they break: whether a channel rises before the touch. */
function data() {
  const random = new Random(4);
  const examples = plantedApproaches(30, { strength: 0 }).map((example) => {
    const sequence = Float32Array.from({ length: STEPS * CHANNELS.length }, () => random.normal());
    const way = { BREAK: 1, REJECT: -1, CHOP: 0 }[example.outcome];
    for (let step = STEPS - 10; step < STEPS; step++) sequence[step * CHANNELS.length + 4] += 2 * way;
    // Data that begin late, and a dimension that is undefined.
    sequence.fill(NaN, 0, 3 * CHANNELS.length);
    const raw = Float32Array.from(example.raw);
    raw[7] = NaN;
    return { ...example, sequence, raw };
  });
  return trainingData(examplesOf(examples), MEASURED);
}

const rowsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the Transformer as a candidate', () => {
  it('finds in later sessions what the course of an approach tells, beyond the baseline', async () => {
    const fold = { train: rowsFrom(0, 240), test: rowsFrom(240, 360) };
    const forecast = await forecastFold(TRANSFORMER, data(), fold, PARAMETERS, 1);
    const loss = (logits: Float64Array) =>
      Array.from(forecast.labels).reduce((sum, label, i) => sum + lossOf(logits, 3 * i, 3, label), 0) / 120;
    expect(loss(forecast.candidate)).toBeLessThan(loss(forecast.baseline) - 0.2);
    const again = await forecastFold(TRANSFORMER, data(), fold, PARAMETERS, 1);
    expect(again.candidate).toEqual(forecast.candidate);
  });

  it('is served as it forecasts', async () => {
    const all = data();
    const test = rowsFrom(340, 340 + BOUND);
    const fitted = await fitOnBaseline(TRANSFORMER, all, rowsFrom(0, 100), { ...PARAMETERS, epochs: 1 }, 1);
    const { onnx, signature } = servedModel(
      TRANSFORMER,
      fitted,
      { share: 1, temperature: 1 },
      { name: 'transformer', metadata: {} },
    );
    expect(signature.inputs.map(({ from, shape }) => [from, shape])).toEqual([
      ['baseline', [-1, all.baseline.length / all.examples.count]],
      ['sequence', [-1, STEPS, CHANNELS.length]],
      ['vector', [-1, WIDTH]],
    ]);
    const forecast = await forecastFold(
      { ...TRANSFORMER, fit: () => fitted.candidate },
      all,
      { train: rowsFrom(0, 100), test },
      PARAMETERS,
      1,
    );
    const part = (values: Float32Array) => {
      const width = values.length / all.examples.count;
      return values.slice(test[0] * width, (test[0] + BOUND) * width);
    };
    const session = await OnnxSession.open(onnx);
    const served = await session.run({
      baseline: { values: part(all.baseline), dims: [BOUND, all.baseline.length / all.examples.count] },
      sequence: { values: part(all.examples.sequence), dims: [BOUND, STEPS, CHANNELS.length] },
      vector: { values: part(all.examples.raw), dims: [BOUND, WIDTH] },
    });
    await session.close();
    const expected = softmaxRows(Float64Array.from(forecast.candidate), 3);
    served[PROBABILITIES].forEach((share, i) => expect(Math.abs(share - expected[i])).toBeLessThan(1e-5));
  });
});
