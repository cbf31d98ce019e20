/** Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019), in the order of the parameters. */

export interface AdamSettings {
  readonly learningRate: number;
  /** Share of each weight, times the learning rate, that is taken away in every step; of matrices only. */
  readonly weightDecay: number;
}

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];
/** Norm of all gradients together beyond which they are scaled down: a single batch must not throw the weights off. */
const LARGEST_NORM = 1;

interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export class Adam {
  private readonly moments = new Map<string, Moments>();
  private step = 0;

  constructor(private readonly settings: AdamSettings) {}

  /** Changes the weights by one step, in place. */
  update(
    parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
    weights: Readonly<Record<string, Float32Array>>,
    gradients: Readonly<Record<string, Float32Array>>,
  ): void {
    this.step++;
    const shrink = Math.min(1, LARGEST_NORM / normOf(parameters.map(({ name }) => gradients[name])));
    const rate = this.settings.learningRate;
    const correction = Math.sqrt(1 - BETA_2 ** this.step) / (1 - BETA_1 ** this.step);
    for (const { name, shape } of parameters) {
      const values = weights[name];
      const gradient = gradients[name];
      const { first, second } = this.momentsOf(name, values.length);
      const decay = shape.length > 1 ? rate * this.settings.weightDecay : 0;
      // Epsilon is beside the corrected second moment, as in the paper's algorithm 1.
      const epsilon = EPSILON * Math.sqrt(1 - BETA_2 ** this.step);
      for (let i = 0; i < values.length; i++) {
        const g = shrink * gradient[i];
        first[i] = BETA_1 * first[i] + (1 - BETA_1) * g;
        second[i] = BETA_2 * second[i] + (1 - BETA_2) * g * g;
        values[i] -= (rate * correction * first[i]) / (Math.sqrt(second[i]) + epsilon) + decay * values[i];
      }
    }
  }

  private momentsOf(name: string, length: number): Moments {
    let moments = this.moments.get(name);
    if (!moments) {
      moments = { first: new Float32Array(length), second: new Float32Array(length) };
      this.moments.set(name, moments);
    }
    return moments;
  }
}

function normOf(gradients: readonly Float32Array[]): number {
  let squares = 0;
  for (const gradient of gradients) for (const g of gradient) squares += g * g;
  return Math.sqrt(squares);
}
