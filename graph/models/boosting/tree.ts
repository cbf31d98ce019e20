/** A regression tree grown leaf by leaf on binned features: the one step of boosting by second-order gain. */
import type { BinnedRows } from './bins';

/** Nodes in the order they were made; 0 is the root. */
export interface Tree {
  /** Feature a node splits on; -1 of a leaf. */
  readonly features: Int32Array;
  /** Values not above it go left; others, NaN among them, right. */
  readonly cuts: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf adds to the logit; float32 numbers. */
  readonly values: Float64Array;
}

export interface TreeSettings {
  readonly leaves: number;
  /** Fewest rows of a leaf that is split. */
  readonly splitRows: number;
  /** Least sum of second derivatives on each side of a split. */
  readonly sideHessian: number;
  /** Penalty on half the squared value of a leaf. */
  readonly lambda: number;
  readonly learningRate: number;
}

/** Gain below which a split is noise of rounding. */
const LEAST_GAIN = 1e-6;

interface Leaf {
  readonly node: number;
  /** Its rows are `order[from .. to)`. */
  readonly from: number;
  readonly to: number;
  /** Sums of gradient and hessian by feature and bin, one behind the other. */
  readonly sums: Float64Array;
  readonly split: Split | null;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  /** The last bin that goes left. */
  readonly bin: number;
}

/**
 * @param gradients, hessians derivatives of the loss by the logit, a row each
 * @returns the tree, and the value of each row's leaf
 */
export function growTree(
  rows: BinnedRows,
  gradients: Float64Array,
  hessians: Float64Array,
  settings: TreeSettings,
): { tree: Tree; fitted: Float64Array } {
  return new Grower(rows, gradients, hessians, settings).grow();
}

class Grower {
  private readonly order: Int32Array;
  private readonly spare: Int32Array;
  /** Where each feature's bins begin in the sums. */
  private readonly starts: Int32Array;
  private readonly gathered: Float64Array;
  private readonly nodes: { feature: number; cut: number; left: number; right: number; value: number }[] = [];

  constructor(
    private readonly rows: BinnedRows,
    private readonly gradients: Float64Array,
    private readonly hessians: Float64Array,
    private readonly settings: TreeSettings,
  ) {
    this.order = Int32Array.from({ length: rows.rows }, (_, i) => i);
    this.spare = new Int32Array(rows.rows);
    this.gathered = new Float64Array(2 * rows.rows);
    this.starts = new Int32Array(rows.cuts.length + 1);
    rows.cuts.forEach((cuts, k) => (this.starts[k + 1] = this.starts[k] + 2 * (cuts.length + 1)));
  }

  grow(): { tree: Tree; fitted: Float64Array } {
    const leaves = [this.leaf(0, this.rows.rows, this.sumsOf(0, this.rows.rows))];
    while (leaves.length < this.settings.leaves) {
      let best = -1;
      leaves.forEach(({ split }, i) => {
        if (split && (best < 0 || split.gain > leaves[best].split!.gain)) best = i;
      });
      if (best < 0) break;
      const [left, right] = this.divide(leaves[best], leaves[best].split!);
      leaves.splice(best, 1, left, right);
    }
    const fitted = new Float64Array(this.rows.rows);
    for (const { node, from, to } of leaves)
      for (let i = from; i < to; i++) fitted[this.order[i]] = this.nodes[node].value;
    return { tree: this.tree(), fitted };
  }

  private leaf(from: number, to: number, sums: Float64Array): Leaf {
    let gradient = 0;
    let hessian = 0;
    for (let i = from; i < to; i++) {
      gradient += this.gradients[this.order[i]];
      hessian += this.hessians[this.order[i]];
    }
    const { lambda, learningRate, splitRows } = this.settings;
    const node = this.nodes.length;
    const value = Math.fround((-learningRate * gradient) / (hessian + lambda));
    this.nodes.push({ feature: -1, cut: 0, left: -1, right: -1, value });
    const split = to - from >= splitRows ? this.bestSplit(sums, gradient, hessian) : null;
    return { node, from, to, sums, split };
  }

  private bestSplit(sums: Float64Array, gradient: number, hessian: number): Split | null {
    const { lambda, sideHessian } = this.settings;
    const whole = (gradient * gradient) / (hessian + lambda);
    let best: Split | null = null;
    for (let k = 0; k < this.rows.cuts.length; k++) {
      let gradientLeft = 0;
      let hessianLeft = 0;
      for (let bin = 0, at = this.starts[k]; bin < this.rows.cuts[k].length; bin++, at += 2) {
        gradientLeft += sums[at];
        hessianLeft += sums[at + 1];
        const hessianRight = hessian - hessianLeft;
        if (hessianLeft < sideHessian) continue;
        if (hessianRight < sideHessian) break;
        const gradientRight = gradient - gradientLeft;
        const gain =
          (gradientLeft * gradientLeft) / (hessianLeft + lambda) +
          (gradientRight * gradientRight) / (hessianRight + lambda) -
          whole;
        if (gain > (best?.gain ?? LEAST_GAIN)) best = { gain, feature: k, bin };
      }
    }
    return best;
  }

  private divide(parent: Leaf, { feature, bin }: Split): [Leaf, Leaf] {
    const middle = this.partition(parent, this.rows.bins[feature], bin);
    // The smaller side is summed, the other one is what is left of the parent.
    const leftIsSmaller = middle - parent.from <= parent.to - middle;
    const smaller = leftIsSmaller ? this.sumsOf(parent.from, middle) : this.sumsOf(middle, parent.to);
    const larger = parent.sums;
    for (let i = 0; i < larger.length; i++) larger[i] -= smaller[i];
    const left = this.leaf(parent.from, middle, leftIsSmaller ? smaller : larger);
    const right = this.leaf(middle, parent.to, leftIsSmaller ? larger : smaller);
    const node = this.nodes[parent.node];
    node.feature = feature;
    node.cut = this.rows.cuts[feature][bin];
    node.left = left.node;
    node.right = right.node;
    return [left, right];
  }

  /** Rows of the bins up to `bin` first, each side in the order it had; returns where the other side begins. */
  private partition({ from, to }: Leaf, bins: Uint8Array, bin: number): number {
    let middle = from;
    let others = 0;
    for (let i = from; i < to; i++) {
      const row = this.order[i];
      if (bins[row] <= bin) this.order[middle++] = row;
      else this.spare[others++] = row;
    }
    this.order.set(this.spare.subarray(0, others), middle);
    return middle;
  }

  private sumsOf(from: number, to: number): Float64Array {
    const { order, gathered, gradients, hessians } = this;
    for (let i = from, at = 0; i < to; i++, at += 2) {
      gathered[at] = gradients[order[i]];
      gathered[at + 1] = hessians[order[i]];
    }
    const sums = new Float64Array(this.starts[this.rows.cuts.length]);
    this.rows.bins.forEach((bins, k) => addSums(bins, order, from, to, gathered, sums, this.starts[k]));
    return sums;
  }

  private tree(): Tree {
    const { nodes } = this;
    return {
      features: Int32Array.from(nodes, ({ feature }) => feature),
      cuts: Float32Array.from(nodes, ({ cut }) => cut),
      left: Int32Array.from(nodes, ({ left }) => left),
      right: Int32Array.from(nodes, ({ right }) => right),
      values: Float64Array.from(nodes, ({ value }) => value),
    };
  }
}

function addSums(
  bins: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
  gathered: Float64Array,
  sums: Float64Array,
  start: number,
): void {
  for (let i = from, at = 0; i < to; i++, at += 2) {
    const bin = start + 2 * bins[order[i]];
    sums[bin] += gathered[at];
    sums[bin + 1] += gathered[at + 1];
  }
}

/** Value of the leaf a row falls into. */
export function treeValue(tree: Tree, x: ArrayLike<number>, from: number): number {
  let node = 0;
  while (tree.features[node] >= 0)
    node = Math.fround(x[from + tree.features[node]]) <= tree.cuts[node] ? tree.left[node] : tree.right[node];
  return tree.values[node];
}
