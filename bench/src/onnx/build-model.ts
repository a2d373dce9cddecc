import {
  AttributeProtoSchema,
  create,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';

/** An operator, its inputs and outputs, and attributes that are whole numbers or lists of them. */
export type ModelNode = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, number | readonly number[]>>,
];

/** What a model is made of. */
export interface ModelParts {
  /** Shapes of float32 inputs, by name. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly tensors?: readonly TensorProto[];
  readonly nodes: readonly ModelNode[];
  readonly outputs: readonly string[];
}

/** The bytes of a model of the standard operators of version 17. */
export function buildModel({ inputs, tensors = [], nodes, outputs }: ModelParts): Uint8Array {
  const attributesOf = (attributes: NonNullable<ModelNode[3]>) =>
    Object.entries(attributes).map(([name, value]) =>
      create(
        AttributeProtoSchema,
        typeof value === 'number'
          ? { name, type: 2, i: BigInt(value) }
          : { name, type: 7, ints: value.map(BigInt) },
      ),
    );
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
      graph: create(GraphProtoSchema, {
        name: 'bench',
        node: nodes.map(([opType, input, output, attributes = {}], index) =>
          create(NodeProtoSchema, {
            opType,
            name: `node${index}`,
            input: [...input],
            output: [...output],
            attribute: attributesOf(attributes),
          }),
        ),
        initializer: [...tensors],
        input: Object.entries(inputs).map(([name, shape]) =>
          create(ValueInfoProtoSchema, { name, type: typeOf(shape) }),
        ),
        output: outputs.map((name) => create(ValueInfoProtoSchema, { name })),
      }),
    }),
  );
}

function typeOf(shape: readonly number[]) {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
  );
  const value = create(TypeProto_TensorSchema, {
    elemType: 1,
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(TypeProtoSchema, { value: { case: 'tensorType', value } });
}
