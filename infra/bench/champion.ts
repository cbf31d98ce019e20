/** A champion to be asked, which nothing was fitted to. */
import { measuredBy, measurementVersion } from '../../activities/models/measured';
import { promote } from '../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../activities/models/registry';
import { logisticNode, scaledNode } from '../../graph/models/onnx/layers';
import { scorerOnnx } from '../../graph/models/onnx/scorer';
import { Random } from '../../graph/random/random';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { FEATURE_TABLE, FEATURES } from '../../graph/vectors/features';
import type { Lake } from '../../lake/lake';

const CLASSES = 3;

/** Promotes a logistic model of the vector whose weights are random. */
export async function publishChampion(lake: Lake): Promise<void> {
  const registry = new ModelRegistry(lake);
  const random = new Random(1);
  const width = FEATURES.length;
  const model = {
    features: width,
    classes: CLASSES,
    weights: Float64Array.from({ length: width * CLASSES }, () => random.normal() / width),
    intercepts: new Float64Array(CLASSES),
  };
  const scaling = { centers: new Float32Array(width), factors: new Float32Array(width).fill(1), limit: 4 };
  const onnx = scorerOnnx(
    {
      inputs: { vector: [width] },
      classes: CLASSES,
      candidate: (graph, { vector }) =>
        logisticNode(graph, scaledNode(graph, vector, scaling, 'vector'), model, 'logistic'),
    },
    { name: 'bench', metadata: {} },
  );
  const session = '2024-03-04';
  const writer = localWriter('bench');
  await registry.publish(
    {
      product: 'ES',
      model: 'logistic',
      onnx,
      signature: {
        inputs: [{ name: 'vector', shape: [-1, width], from: 'vector' }],
        output: { name: 'probabilities', shape: [-1, CLASSES] },
      },
      featureTable: FEATURE_TABLE,
      training: { snapshot: 'bench', firstSession: session, lastSession: session, sessions: 1, episodes: 1 },
      settingsVersion: measurementVersion(measuredBy(DEFAULT_SETTINGS, lake.products.productOf('ES'))),
      code: {},
      seed: 1,
      parameters: {},
      metrics: {},
      evaluation: {
        sessions: [
          {
            session,
            n: 1,
            loss: 1,
            baseRateLoss: 1,
            baselineLoss: 1,
            decided: 0,
            directionLoss: 0,
            martingaleLoss: 0,
          },
        ],
        folds: [],
        reliability: [],
        partitions: [],
        nullGain: null,
      },
    },
    writer,
  );
  const request = { product: 'ES', reference: 'logistic', alias: 'champion' as const, by: 'bench' };
  await promote(registry, { ...request, despiteGate: 'bench' }, writer);
}
