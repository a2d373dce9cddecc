import { type Attribute, buildModel, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';

/** A size of a shape: a number, or `batch`, which is left open. */
export type Size = number | 'batch';

/** Settings of one node. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Names the output; counted up from the operator unless told. */
  readonly name?: string;
}

/** An ONNX graph as it is written, one node after another. Values go by their names. */
export interface GraphBuilder {
  /** A float32 input. Returns its name. */
  input(name: string, shape: readonly Size[]): string;
  /** A float32 tensor, to be trained where nodes read it as a weight. Returns its name. */
  tensor(name: string, values: Float32Array, shape: readonly number[]): string;
  /** A float32 tensor that no optimizer trains, such as a factor or a statistic. Returns its name. */
  constant(name: string, values: readonly number[], shape: readonly number[]): string;
  /** A list of int64, as shapes, axes and indices are given. Returns its name. */
  integers(values: readonly number[]): string;
  /** A node of one output. An empty name leaves an input out. Returns the output's name. */
  add(op: string, inputs: readonly string[], options?: NodeOptions): string;
  /** A node of several outputs, or of one that is not the first: an empty name leaves one out. */
  addNode(op: string, inputs: readonly string[], outputs: readonly string[], options?: NodeOptions): void;
  /** Makes a value an output of the model under another name. */
  output(name: string, value: string, shape: readonly Size[]): void;
  /** How many numbers the tensors hold, constants left out. */
  readonly parameters: number;
  /** The bytes of the .onnx file: operators of version 17, IR version 8. */
  encode(): Uint8Array;
}

/** An empty graph. */
export function createGraph(): GraphBuilder {
  const nodes: NodeParts[] = [];
  const tensors: Record<string, TensorParts> = {};
  const inputs: Record<string, readonly Size[]> = {};
  const outputs: Record<string, readonly Size[]> = {};
  const lists = new Map<string, string>();
  const counts = new Map<string, number>();
  let parameters = 0;

  const fresh = (op: string): string => {
    const count = (counts.get(op) ?? 0) + 1;
    counts.set(op, count);
    return `${op.toLowerCase()}_${count}`;
  };

  const builder: GraphBuilder = {
    input(input, shape) {
      inputs[input] = shape;
      return input;
    },
    tensor(tensor, values, shape) {
      tensors[tensor] = { shape, data: values };
      parameters += values.length;
      return tensor;
    },
    constant(constant, values, shape) {
      tensors[constant] = { shape, data: values };
      return constant;
    },
    integers(values) {
      const key = values.join(',');
      const known = lists.get(key);
      if (known !== undefined) return known;
      const list = `integers_${lists.size + 1}`;
      lists.set(key, list);
      tensors[list] = { type: 'int64', shape: [values.length], data: values };
      return list;
    },
    add(op, from, { name = fresh(op), ...options } = {}) {
      builder.addNode(op, from, [name], options);
      return name;
    },
    addNode(op, from, to, { attributes = {} } = {}) {
      nodes.push([op, from, to, attributes]);
    },
    output(output, value, shape) {
      builder.addNode('Identity', [value], [output]);
      outputs[output] = shape;
    },
    get parameters() {
      return parameters;
    },
    encode: () => buildModel({ inputs, tensors, nodes, outputs }),
  };
  return builder;
}
