/** The one runtime that trains and serves models: onnxruntime, on the CPU. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** float32 numbers of a shape, row-major. */
export interface FloatTensor {
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

/** A model held ready. Runs of one session must not overlap. */
export class OnnxSession {
  private constructor(private readonly session: InferenceSession) {}

  /**
   * @param model bytes of an ONNX file
   * @param threads that one run may use; with one, rows are scored with the least delay
   * @throws Error if onnxruntime refuses the model
   */
  static async open(model: Uint8Array, threads = 1): Promise<OnnxSession> {
    return new OnnxSession(
      await InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
      }),
    );
  }

  /** @returns the outputs asked for, by name */
  async run(
    feeds: Readonly<Record<string, FloatTensor>>,
    outputs: readonly string[] = this.session.outputNames,
  ): Promise<Record<string, Float32Array>> {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { values, dims }]) => [name, new Tensor('float32', values, dims)]),
    );
    const results = await this.session.run(tensors, [...outputs]);
    return Object.fromEntries(outputs.map((name) => [name, results[name].data as Float32Array]));
  }

  /** Gives its memory back. */
  async close(): Promise<void> {
    await this.session.release();
  }
}
