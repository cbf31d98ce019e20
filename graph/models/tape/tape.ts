/**
 * Reverse-mode differentiation that writes ONNX: each operator appends its nodes to a graph at once, and remembers how to append those
 * of its derivative. `backward` appends them last to first. The result is one graph from inputs and parameters to loss and
 * gradients, which the runtime that serves models runs; without `backward` it is the forward half, for inference.
 */
import type { OnnxGraph } from '../onnx/onnxGraph';

/** The axis of the rows of a batch, or of rows times steps: of any length. */
export const ROWS = -1;

export interface Value {
  readonly name: string;
  /** At most one axis is `ROWS`. */
  readonly shape: readonly number[];
  /** Whether it depends on a parameter. */
  readonly learns: boolean;
}

/** How a parameter begins: `glorot` uniform by its two axes (Glorot & Bengio 2010), `small` normal with deviation 0.02. */
export type Start = 'glorot' | 'small' | 'zeros' | 'ones';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
}

export class Tape {
  /** Those declared, in their order. */
  readonly parameters: Parameter[] = [];
  private readonly gradients = new Map<string, string>();
  private readonly steps: (() => void)[] = [];

  /** @param source where the graph has a parameter: an input while training, numbers in the file afterwards */
  constructor(
    readonly graph: OnnxGraph,
    private readonly source: (parameter: Parameter) => string,
  ) {}

  parameter(name: string, shape: readonly number[], start: Start): Value {
    const parameter = { name, shape, start };
    this.parameters.push(parameter);
    return { name: this.source(parameter), shape, learns: true };
  }

  /** What is fed, and not learned. */
  given(name: string, shape: readonly number[]): Value {
    return { name, shape, learns: false };
  }

  /**
   * Takes down an operator's output and how its gradient becomes that of its operands.
   * @param derive given the name of the output's gradient
   */
  record(
    name: string,
    shape: readonly number[],
    operands: readonly Value[],
    derive: (gradient: string) => void,
  ): Value {
    const learns = operands.some((operand) => operand.learns);
    if (learns)
      this.steps.push(() => {
        const gradient = this.gradients.get(name);
        // An output that nothing was made of has none.
        if (gradient !== undefined) derive(gradient);
      });
    return { name, shape, learns };
  }

  /** Likewise of an operator whose outputs are derived together: all of them must have been used. */
  recordAll(
    names: readonly string[],
    shape: readonly number[],
    operand: Value,
    derive: (gradients: string[]) => void,
  ): Value[] {
    if (operand.learns)
      this.steps.push(() => derive(names.map((name) => this.gradients.get(name) as string)));
    return names.map((name) => ({ name, shape, learns: operand.learns }));
  }

  /** Adds to the gradient of a value; `gradient` is not called where it is of no use. */
  accumulate({ name, learns }: Value, gradient: () => string): void {
    if (!learns) return;
    const before = this.gradients.get(name);
    this.gradients.set(
      name,
      before === undefined ? gradient() : this.graph.node('Add', [before, gradient()]),
    );
  }

  /** Appends the derivatives of everything recorded, after `accumulate` has begun them. */
  backward(): void {
    for (let k = this.steps.length - 1; k >= 0; k--) this.steps[k]();
  }

  /** The name of a value's gradient, once `backward` is done; undefined where nothing depends on it. */
  gradientOf({ name }: Value): string | undefined {
    return this.gradients.get(name);
  }
}
