/** What an ONNX file says of itself. */
import { SpymasterError } from '../../errors';
import type { Shape } from './onnxGraph';
import { MODEL_PROTO } from './schema';

export interface OnnxSummary {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Shapes by name, in the file's order. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  /** Operators of its nodes. */
  readonly operators: readonly string[];
}

interface Value {
  name: string;
  type: { tensor_type: { shape: { dim: { dim_value?: number; dim_param?: string }[] } } };
}

interface Model {
  graph: { name: string; node: { op_type: string }[]; input: Value[]; output: Value[] };
  metadata_props: { key: string; value: string }[];
}

/** @throws SpymasterError BadArgument if the bytes are no ONNX model */
export function readOnnx(bytes: Uint8Array): OnnxSummary {
  let model: Model;
  try {
    const message = MODEL_PROTO.decode(bytes);
    model = MODEL_PROTO.toObject(message, { longs: Number, arrays: true }) as Model;
    if (!model.graph) throw new Error('it has no graph');
  } catch (cause) {
    throw new SpymasterError(
      'BadArgument',
      `The bytes are no ONNX model: ${cause instanceof Error ? cause.message : String(cause)}`,
      { expected: 'an ONNX file' },
      { cause },
    );
  }
  const shapes = (values: Value[]) =>
    Object.fromEntries(
      values.map(({ name, type }) => [
        name,
        type.tensor_type.shape.dim.map(({ dim_value, dim_param }) => dim_param ?? dim_value ?? '?'),
      ]),
    );
  return {
    name: model.graph.name,
    metadata: Object.fromEntries(model.metadata_props.map(({ key, value }) => [key, value])),
    inputs: shapes(model.graph.input),
    outputs: shapes(model.graph.output),
    operators: model.graph.node.map(({ op_type }) => op_type),
  };
}
