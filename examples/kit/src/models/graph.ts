import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  create,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  tensorFromFloat32,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';

/** A size of a shape: a number, or `batch`, which is left open. */
export type Size = number | 'batch';

/** An attribute of a node, by ONNX's types: a bigint is an integer there, a number is a float. */
export type Attribute = bigint | number | string | readonly bigint[];

/** Settings of one node. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Names the node and its output in the file; counted up from the operator unless told. */
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
export function createGraph(name: string): GraphBuilder {
  const nodes: NodeProto[] = [];
  const tensors: TensorProto[] = [];
  const inputs: ValueInfoProto[] = [];
  const outputs: ValueInfoProto[] = [];
  const constants = new Map<string, string>();
  const counts = new Map<string, number>();
  let parameters = 0;

  const fresh = (op: string): string => {
    const count = (counts.get(op) ?? 0) + 1;
    counts.set(op, count);
    return `${op.toLowerCase()}_${count}`;
  };

  const builder: GraphBuilder = {
    input(input, shape) {
      inputs.push(valueInfo(input, shape));
      return input;
    },
    tensor(tensor, values, shape) {
      tensors.push(tensorFromFloat32(tensor, values, shape));
      parameters += values.length;
      return tensor;
    },
    constant(constant, values, shape) {
      tensors.push(tensorFromFloat32(constant, Float32Array.from(values), shape));
      return constant;
    },
    integers(values) {
      const key = values.join(',');
      const known = constants.get(key);
      if (known !== undefined) return known;
      const constant = `integers_${constants.size + 1}`;
      constants.set(key, constant);
      tensors.push(
        create(TensorProtoSchema, {
          name: constant,
          dataType: TensorProto_DataType.INT64,
          dims: [BigInt(values.length)],
          int64Data: values.map(BigInt),
        }),
      );
      return constant;
    },
    add(op, from, options = {}) {
      const output = options.name ?? fresh(op);
      builder.addNode(op, from, [output], { ...options, name: output });
      return output;
    },
    addNode(op, from, to, { attributes = {}, name: node = fresh(op) } = {}) {
      nodes.push(
        create(NodeProtoSchema, {
          opType: op,
          name: node,
          input: [...from],
          output: [...to],
          attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
        }),
      );
    },
    output(output, value, shape) {
      builder.addNode('Identity', [value], [output]);
      outputs.push(valueInfo(output, shape));
    },
    get parameters() {
      return parameters;
    },
    encode: () =>
      encodeModel(
        create(ModelProtoSchema, {
          irVersion: 8n,
          producerName: 'synaprune examples',
          opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
          graph: create(GraphProtoSchema, {
            name,
            node: nodes,
            initializer: tensors,
            input: inputs,
            output: outputs,
          }),
        }),
      ),
  };
  return builder;
}

function attribute(name: string, value: Attribute) {
  const { INT, INTS, FLOAT, STRING } = AttributeProto_AttributeType;
  if (typeof value === 'bigint') return create(AttributeProtoSchema, { name, type: INT, i: value });
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: FLOAT, f: value });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value) });
  }
  return create(AttributeProtoSchema, { name, type: INTS, ints: [...value] });
}

function valueInfo(name: string, shape: readonly Size[]): ValueInfoProto {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: size === 'batch' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}
