/** A trained model as it is served: one ONNX file from vector and baseline features to the probabilities of the outcomes. */
import { BASELINE_FEATURES } from '../baselineFeatures';
import { logisticNode, scaledNode } from '../onnx/layers';
import type { ModelDescription, OnnxGraph } from '../onnx/onnxGraph';
import { PROBABILITIES, scorerOnnx } from '../onnx/scorer';
import type { Signature } from '../registry/modelVersion';
import { CLASSES } from '../scores';
import type { Shrinkage } from '../shrinkage';
import type { Family } from './families';
import type { FittedOnBaseline } from './foldForecasts';

/** What the parts of a request are called in the file. */
const BASELINE_INPUT = 'baseline';

export interface ServedModel {
  readonly onnx: Uint8Array;
  readonly signature: Signature;
}

/** @param shrinkage how far the candidate is believed */
export function servedModel(
  family: Family,
  { baseline, candidate }: FittedOnBaseline,
  shrinkage: Shrinkage,
  description: ModelDescription,
): ServedModel {
  const inputs = { [BASELINE_INPUT]: [BASELINE_FEATURES.length], ...family.inputs };
  let base: string | undefined;
  // Both what the candidate adds to and what it is drawn toward: one part of the graph.
  const baselineNode = (graph: OnnxGraph, from: Readonly<Record<string, string>>) =>
    (base ??= logisticNode(
      graph,
      scaledNode(graph, from[BASELINE_INPUT], baseline.scaling, BASELINE_INPUT),
      baseline.model,
      BASELINE_INPUT,
    ));
  const onnx = scorerOnnx(
    {
      inputs,
      classes: CLASSES.length,
      candidate: (graph, from) => candidate.node(graph, from, baselineNode(graph, from)),
      baseline: { logits: baselineNode, shrinkage },
    },
    description,
  );
  return {
    onnx,
    signature: {
      inputs: Object.entries(inputs).map(([name, axes]) => ({
        name,
        shape: [-1, ...axes],
        from: name as Signature['inputs'][number]['from'],
      })),
      output: { name: PROBABILITIES, shape: [-1, CLASSES.length] },
    },
  };
}
