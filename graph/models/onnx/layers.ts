/** What fitted models are in an ONNX graph: each function appends one and returns the name of its logits or numbers. */
import type { BoostingModel } from '../boosting/fit';
import type { Tree } from '../boosting/tree';
import type { LogisticModel } from '../logistic/fit';
import type { Scaling } from '../scaling';
import type { Attribute, OnnxGraph } from './onnxGraph';

/** Features of one scale; NaN - undefined, or of a masked group - becomes the mean. The last axis of `x` is that of the features. */
export function scaledNode(
  graph: OnnxGraph,
  x: string,
  { centers, factors, limit }: Scaling,
  name: string,
): string {
  const center = graph.weights(`${name}_centers`, centers, [centers.length]);
  const factor = graph.weights(`${name}_factors`, factors, [factors.length]);
  const known = graph.node('Where', [graph.node('IsNaN', [x]), center, x]);
  const deviations = graph.node('Mul', [graph.node('Sub', [known, center]), factor]);
  return graph.node('Clip', [deviations, graph.floats(-limit), graph.floats(limit)]);
}

/** Logits of a logistic model, rows x classes. */
export function logisticNode(graph: OnnxGraph, x: string, model: LogisticModel, name: string): string {
  const { features, classes, weights, intercepts } = model;
  const matrix = graph.weights(`${name}_weights`, weights, [classes, features]);
  const offset = graph.weights(`${name}_intercepts`, intercepts, [classes]);
  return graph.node('Gemm', [x, matrix, offset], { transB: { int: 1 } });
}

/** Logits of a boosting model, rows x classes, by an ensemble of trees. */
export function boostingNode(graph: OnnxGraph, x: string, model: BoostingModel): string {
  const { classes, intercepts, rounds } = model;
  const trees = rounds.flatMap((ofRound) => ofRound.map((tree, c) => ({ tree, c })));
  const nodes = trees.flatMap(({ tree }, id) =>
    Array.from(tree.features, (feature, node) => ({ id, node, feature, ...nodeOf(tree, node) })),
  );
  const leaves = trees.flatMap(({ tree, c }, id) =>
    Array.from(tree.features, (feature, node) => ({ id, node, feature, c, value: tree.values[node] })).filter(
      ({ feature }) => feature < 0,
    ),
  );
  const ints = (values: readonly number[]): Attribute => ({ ints: values });
  // A regressor of several targets, not a classifier: that one makes up a second score where there are two classes.
  return graph.treeNode('TreeEnsembleRegressor', [x], {
    nodes_treeids: ints(nodes.map(({ id }) => id)),
    nodes_nodeids: ints(nodes.map(({ node }) => node)),
    nodes_featureids: ints(nodes.map(({ feature }) => Math.max(feature, 0))),
    nodes_modes: { texts: nodes.map(({ feature }) => (feature < 0 ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_values: { floats: nodes.map(({ cut }) => cut) },
    nodes_truenodeids: ints(nodes.map(({ left }) => left)),
    nodes_falsenodeids: ints(nodes.map(({ right }) => right)),
    // NaN is not at most a cut, and goes where the tree has put it.
    nodes_missing_value_tracks_true: ints(nodes.map(() => 0)),
    target_treeids: ints(leaves.map(({ id }) => id)),
    target_nodeids: ints(leaves.map(({ node }) => node)),
    target_ids: ints(leaves.map(({ c }) => c)),
    target_weights: { floats: leaves.map(({ value }) => value) },
    base_values: { floats: intercepts },
    n_targets: { int: classes },
    post_transform: { text: 'NONE' },
  });
}

const nodeOf = (tree: Tree, node: number) => ({
  cut: tree.cuts[node],
  left: Math.max(tree.left[node], 0),
  right: Math.max(tree.right[node], 0),
});
