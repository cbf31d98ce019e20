import { OnnxSession } from '../../../../activities/models/onnxSession';
import { BOOSTING_DEFAULTS, boostingLogits, fitBoosting } from '../../../../graph/models/boosting/fit';
import { fitLogistic, logisticLogits } from '../../../../graph/models/logistic/fit';
import { boostingNode, logisticNode, scaledNode } from '../../../../graph/models/onnx/layers';
import { readOnnx } from '../../../../graph/models/onnx/readOnnx';
import { PROBABILITIES, scorerOnnx, type ScorerParts } from '../../../../graph/models/onnx/scorer';
import { fitScaling, scaled } from '../../../../graph/models/scaling';
import { shrunk } from '../../../../graph/models/shrinkage';
import { softmaxRows } from '../../../../graph/models/softmax';
import { describeWithModelPeers, runModelPeer } from '../../../support/modelPeers';
import { planted } from '../../../support/planted';

const FEATURES = 7;
const ROWS = 400;
const DESCRIPTION = { name: 'test', metadata: { feature_table: '2-abc', settings: 'µ "quoted"' } };

/** Rows of which single features and whole groups are undefined. */
function maskedRows(classes: number) {
  const rows = planted(classes, ROWS, FEATURES, { classes });
  for (let i = 0; i < rows.x.length; i += 13) rows.x[i] = NaN;
  for (let i = 0; i < 50; i++) rows.x.fill(NaN, i * FEATURES + 4, (i + 1) * FEATURES);
  return rows;
}

/** Fitted models, what they give in plain code, and as parts of a file. */
function models(classes: number) {
  const rows = maskedRows(classes);
  const scaling = fitScaling(rows.x, FEATURES);
  const x = scaled(scaling, rows.x);
  const logistic = fitLogistic({ ...rows, x }, 3);
  const boosting = fitBoosting(rows, { ...BOOSTING_DEFAULTS, rounds: 15, leaves: 6, splitRows: 20 });
  const logisticPart: ScorerParts['candidate'] = (graph, { vector }) =>
    logisticNode(graph, scaledNode(graph, vector, scaling, 'vector'), logistic, 'logistic');
  const boostingPart: ScorerParts['candidate'] = (graph, { vector }) => boostingNode(graph, vector, boosting);
  const logits = { logistic: logisticLogits(logistic, x), boosting: boostingLogits(boosting, rows.x) };
  return { rows, logits, logisticPart, boostingPart };
}

/** The files there are, with the probabilities plain code gives. */
function files(classes: number) {
  const { rows, logits, logisticPart, boostingPart } = models(classes);
  const shrinkage = { share: 0.3, temperature: 1.7 };
  const file = (parts: Omit<ScorerParts, 'inputs' | 'classes'>) =>
    scorerOnnx({ inputs: { vector: [FEATURES] }, classes, ...parts }, DESCRIPTION);
  return {
    rows,
    cases: {
      logistic: { bytes: file({ candidate: logisticPart }), logits: logits.logistic },
      boosting: { bytes: file({ candidate: boostingPart }), logits: logits.boosting },
      'boosting drawn toward logistic': {
        bytes: file({ candidate: boostingPart, baseline: { logits: logisticPart, shrinkage } }),
        logits: shrunk(shrinkage, logits.logistic, logits.boosting),
      },
    },
  };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
};

describe.each([2, 3, 5])('a model of %i classes as an ONNX file', (classes) => {
  const { rows, cases } = files(classes);

  it.each(Object.entries(cases))('gives in onnxruntime what plain code gives: %s', async (_, file) => {
    const session = await OnnxSession.open(file.bytes);
    const expected = softmaxRows(Float64Array.from(file.logits), classes);
    const all = await session.run({ vector: { values: rows.x, dims: [ROWS, FEATURES] } });
    expect(largestDifference(all[PROBABILITIES], expected)).toBeLessThan(1e-6);
    const one = await session.run({ vector: { values: rows.x.slice(0, FEATURES), dims: [1, FEATURES] } });
    expect(largestDifference(one[PROBABILITIES], expected.slice(0, classes))).toBeLessThan(1e-6);
    await session.close();
  });
});

describe('an ONNX file', () => {
  it('says what it is', () => {
    const { cases } = files(3);
    const summary = readOnnx(cases.logistic.bytes);
    expect(summary).toMatchObject({
      name: 'test',
      metadata: DESCRIPTION.metadata,
      inputs: { vector: ['rows', FEATURES] },
      outputs: { [PROBABILITIES]: ['rows', 3] },
    });
    expect(summary.operators).toContain('Gemm');
  });

  it.each([
    ['text', new TextEncoder().encode('not a model')],
    ['nothing', new Uint8Array(0)],
    ['half a file', files(3).cases.logistic.bytes.slice(0, 200)],
  ])('is refused where it is none: %s', (_, bytes) => {
    expect(() => readOnnx(bytes)).toThrow(/no ONNX model/);
  });
});

describeWithModelPeers('beside the onnx package', () => {
  it.each(Object.entries(files(3).cases))(
    'passes its full check, and its reference evaluator agrees: %s',
    (_, { bytes, logits }) => {
      const { rows } = files(3);
      const input = JSON.stringify({
        model: Buffer.from(bytes).toString('base64'),
        x: Array.from(rows.x, (value) => (Number.isNaN(value) ? null : value)),
      });
      const { metadata, probabilities } = runModelPeer<{
        metadata: Record<string, string>;
        probabilities: number[];
      }>(
        `
import base64, json, sys, numpy as np, onnx
from onnx.reference import ReferenceEvaluator
d = json.load(sys.stdin)
model = onnx.load_from_string(base64.b64decode(d['model']))
onnx.checker.check_model(model, full_check=True)
x = np.array(d['x'], dtype=np.float32).reshape(-1, ${FEATURES})
p, = ReferenceEvaluator(model).run(None, {'vector': x})
print(json.dumps({'metadata': {m.key: m.value for m in model.metadata_props}, 'probabilities': p.ravel().tolist()}))
`,
        input,
      );
      expect(metadata).toEqual(DESCRIPTION.metadata);
      const expected = softmaxRows(Float64Array.from(logits), 3);
      expect(largestDifference(probabilities, expected)).toBeLessThan(1e-6);
    },
  );
});
