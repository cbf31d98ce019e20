/** Writes a graph of ONNX operators, node by node, as the bytes of an ONNX file. */
import { AttributeType, DataType, MODEL_PROTO } from './schema';

/** Operator sets that every runtime since 2023 has. */
const IR_VERSION = 9;
const OPSET = 18;
const ML_DOMAIN = 'ai.onnx.ml';
const ML_OPSET = 3;

/** A number alone would not say whether it is whole by type or by chance. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: ArrayLike<number> }
  | { readonly floats: ArrayLike<number> }
  | { readonly texts: readonly string[] };

/** Lengths of axes; a name stands for one that may be any, such as the number of rows. */
export type Shape = readonly (number | string)[];

/** float32 or int64 numbers, row-major. */
interface Tensor {
  readonly values: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

export interface ModelDescription {
  readonly name: string;
  /** Kept in `metadata_props`: the table of features, versions, what the model was fitted to. */
  readonly metadata: Readonly<Record<string, string>>;
}

export class OnnxGraph {
  private readonly nodes: object[] = [];
  private readonly tensors: object[] = [];
  private readonly inputs: object[] = [];
  private readonly outputs: object[] = [];
  private readonly constants = new Map<string, string>();
  private usesTrees = false;
  private values = 0;

  /** A float32 input. */
  input(name: string, shape: Shape): string {
    this.inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Makes a float32 value an output, under another name. */
  output(value: string, name: string, shape: Shape): void {
    this.nodes.push({ op_type: 'Identity', input: [value], output: [name] });
    this.outputs.push(valueInfo(name, shape));
  }

  /** float32 numbers kept in the file. */
  weights(name: string, values: ArrayLike<number>, dims: readonly number[]): string {
    return this.tensor(name, { values: Float32Array.from(values), dims });
  }

  /** A float32 number, or vector of them; equal ones are kept once. */
  floats(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.constant(`f${JSON.stringify(values)}`, { values: Float32Array.from(list), dims });
  }

  /** A vector of int64 numbers, as shapes and axes are. */
  ints(values: readonly number[]): string {
    const dims = [values.length];
    return this.constant(`i${JSON.stringify(values)}`, {
      values: BigInt64Array.from(values, (value) => BigInt(value)),
      dims,
    });
  }

  /** Appends a node of one output and returns its name. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.nodeOf(op, inputs, attributes, 1)[0];
  }

  /** Appends a node of the operator set of machine learning, which has trees. */
  treeNode(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): string {
    this.usesTrees = true;
    return this.nodeOf(op, inputs, attributes, 1, ML_DOMAIN)[0];
  }

  /** Appends a node of several outputs. */
  nodeOf(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
    domain = '',
  ): string[] {
    const names = Array.from({ length: outputs }, () => `${op}_${this.values++}`);
    this.nodes.push({
      op_type: op,
      name: names[0],
      domain,
      input: inputs,
      output: names,
      attribute: Object.entries(attributes).map(([name, attribute]) => ({
        name,
        ...attributeFields(attribute),
      })),
    });
    return names;
  }

  /** The ONNX file: a ModelProto, encoded. */
  encode({ name, metadata }: ModelDescription): Uint8Array {
    const sets = [{ domain: '', version: OPSET }];
    if (this.usesTrees) sets.push({ domain: ML_DOMAIN, version: ML_OPSET });
    const message = MODEL_PROTO.create({
      ir_version: IR_VERSION,
      producer_name: 'spymaster',
      graph: {
        name,
        node: this.nodes,
        initializer: this.tensors,
        input: this.inputs,
        output: this.outputs,
      },
      opset_import: sets,
      metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return MODEL_PROTO.encode(message).finish();
  }

  private constant(key: string, tensor: Tensor): string {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.tensor(`constant_${this.constants.size}`, tensor);
    this.constants.set(key, name);
    return name;
  }

  private tensor(name: string, { values, dims }: Tensor): string {
    this.tensors.push({
      name,
      dims,
      data_type: values instanceof Float32Array ? DataType.Float : DataType.Int64,
      // Little-endian, as every machine this runs on is.
      raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
    return name;
  }
}

const valueInfo = (name: string, shape: Shape) => ({
  name,
  type: {
    tensor_type: {
      elem_type: DataType.Float,
      shape: {
        dim: shape.map((axis) => (typeof axis === 'number' ? { dim_value: axis } : { dim_param: axis })),
      },
    },
  },
});

const utf8 = (text: string) => new TextEncoder().encode(text);

function attributeFields(attribute: Attribute): object {
  if ('int' in attribute) return { i: attribute.int, type: AttributeType.Int };
  if ('float' in attribute) return { f: attribute.float, type: AttributeType.Float };
  if ('text' in attribute) return { s: utf8(attribute.text), type: AttributeType.String };
  if ('ints' in attribute) return { ints: Array.from(attribute.ints), type: AttributeType.Ints };
  if ('floats' in attribute) return { floats: Array.from(attribute.floats), type: AttributeType.Floats };
  return { strings: attribute.texts.map(utf8), type: AttributeType.Strings };
}
