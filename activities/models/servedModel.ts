/**
 * A version of a model held ready to forecast. Its runtime runs one batch at a time: what is asked meanwhile waits, and is scored
 * together, so that a row alone is scored at once and many of them cost little more than one.
 */
import { SpymasterError } from '../../graph/errors';
import { versionText, type InputPart, type Signature } from '../../graph/models/registry/modelVersion';
import { CLASSES } from '../../graph/models/scores';
import { OnnxSession, type FloatTensor } from './onnxSession';

/** Numbers of one row by part; what is undefined or masked is null or NaN. */
export type RowParts = Partial<Record<InputPart, ArrayLike<number | null>>>;

interface Waiting {
  readonly rows: readonly RowParts[];
  readonly resolve: (probabilities: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows of one run, unless one request has more. */
const BATCH_ROWS = 256;

export class ServedModel {
  private readonly waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  private constructor(
    private readonly session: OnnxSession,
    private readonly signature: Signature,
  ) {}

  /**
   * @throws SpymasterError ContractViolation if the runtime refuses the file, or it does not give probabilities as its signature says
   */
  static async open(
    onnx: Uint8Array,
    signature: Signature,
    named: { model: string; version: number },
  ): Promise<ServedModel> {
    const refused = (why: string, cause?: unknown) =>
      new SpymasterError(
        'ContractViolation',
        `${versionText(named)} cannot be served: ${why}`,
        { expected: 'an ONNX file whose inputs and output are those of its signature' },
        { cause },
      );
    let opened: ServedModel | undefined;
    let row: Float32Array;
    try {
      opened = new ServedModel(await OnnxSession.open(onnx), signature);
      row = await opened.probabilities([blankRow(signature)]);
    } catch (error) {
      await opened?.close();
      throw refused(error instanceof Error ? error.message : String(error), error);
    }
    const sum = row.reduce((total, share) => total + share, 0);
    if (row.length === CLASSES.length && Math.abs(sum - 1) < 1e-3) return opened;
    await opened.close();
    throw refused(
      `of a row without data it makes [${[...row].join(', ')}], not probabilities of ${CLASSES.join(', ')}`,
    );
  }

  /** What a row lacks to be scored, in words; undefined if nothing. */
  problemOf(row: RowParts): { field: InputPart; message: string } | undefined {
    for (const { from, shape } of this.signature.inputs) {
      const [given, wanted] = [row[from]?.length, widthOf(shape)];
      if (given !== wanted)
        return {
          field: from,
          message:
            given === undefined
              ? `the model needs it: ${wanted} numbers`
              : `has ${given} numbers, and the model takes ${wanted}`,
        };
    }
    return undefined;
  }

  /** Probabilities of `CLASSES`, rows x classes. */
  probabilities(rows: readonly RowParts[]): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, resolve, reject });
      this.running ??= this.runAll();
    });
  }

  /** Gives its memory back, once all that was asked is answered. */
  async close(): Promise<void> {
    while (this.running) await this.running;
    await this.session.close();
  }

  private async runAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const taken = this.take();
      try {
        const rows = taken.flatMap((one) => one.rows);
        const { output } = this.signature;
        const results = await this.session.run(this.feeds(rows), [output.name]);
        const width = results[output.name].length / rows.length;
        let at = 0;
        for (const one of taken) {
          const end = at + one.rows.length * width;
          one.resolve(results[output.name].slice(at, end));
          at = end;
        }
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    this.running = undefined;
  }

  private take(): Waiting[] {
    let rows = 0;
    let count = 0;
    while (
      count < this.waiting.length &&
      (count === 0 || rows + this.waiting[count].rows.length <= BATCH_ROWS)
    )
      rows += this.waiting[count++].rows.length;
    return this.waiting.splice(0, count);
  }

  private feeds(rows: readonly RowParts[]): Record<string, FloatTensor> {
    return Object.fromEntries(
      this.signature.inputs.map(({ name, shape, from }) => {
        const width = widthOf(shape);
        const values = new Float32Array(rows.length * width);
        for (let i = 0; i < rows.length; i++) {
          const part = rows[i][from]!;
          for (let k = 0; k < width; k++) values[i * width + k] = part[k] ?? NaN;
        }
        return [name, { values, dims: [rows.length, ...shape.slice(1)] }];
      }),
    );
  }
}

/** Numbers of a row. */
const widthOf = (shape: readonly number[]): number => shape.slice(1).reduce((a, b) => a * b, 1);

const blankRow = ({ inputs }: Signature): RowParts =>
  Object.fromEntries(inputs.map(({ from, shape }) => [from, new Float32Array(widthOf(shape)).fill(NaN)]));
