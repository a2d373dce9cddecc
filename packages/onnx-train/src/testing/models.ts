import { type Attribute, writeAttribute } from '../attributes.js';
import { codeOf, type ElementType } from '../element-type.js';
import {
  create,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../messages.js';
import { tensorOf } from '../tensors.js';

/** A tensor of a test model. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly type?: ElementType;
}

/** A node of a test model: operator, inputs, outputs, attributes. */
export type TestNode = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
];

/** A model, written down. Dimensions of −1 are left open, and a name without a shape has none declared. */
export interface TestModel {
  readonly inputs?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly type?: ElementType }>
  >;
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly nodes: readonly TestNode[];
  readonly outputs: readonly string[];
  readonly opset?: number;
}

/** The bytes of a test model. `float` stands for every float32 in it. */
export function modelBytes(model: TestModel, float: ElementType = 'float32'): Uint8Array {
  const real = (type: ElementType = 'float32') => (type === 'float32' ? float : type);
  const info = (name: string, type: ElementType, shape: readonly number[]) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: 'tensorType',
          value: create(TypeProto_TensorSchema, {
            elemType: codeOf(type),
            shape: create(TensorShapeProtoSchema, {
              dim: shape.map((size) =>
                create(TensorShapeProto_DimensionSchema, {
                  value:
                    size < 0
                      ? { case: 'dimParam', value: 'batch' }
                      : { case: 'dimValue', value: BigInt(size) },
                }),
              ),
            }),
          }),
        },
      }),
    });
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(model.opset ?? 17) })],
      graph: create(GraphProtoSchema, {
        name: 'test',
        node: model.nodes.map(([opType, input, output, attributes = {}], index) =>
          create(NodeProtoSchema, {
            opType,
            name: `${opType.toLowerCase()}${index}`,
            input: [...input],
            output: [...output],
            attribute: Object.entries(attributes).map(([name, value]) => writeAttribute(name, value)),
          }),
        ),
        initializer: Object.entries(model.tensors ?? {}).map(([name, { shape, data, type }]) =>
          tensorOf(name, { type: real(type), shape }, data),
        ),
        input: Object.entries(model.inputs ?? {}).map(([name, { shape, type }]) =>
          info(name, real(type), shape),
        ),
        output: model.outputs.map((name) => create(ValueInfoProtoSchema, { name })),
      }),
    }),
  );
}

/** Reproducible numbers, evenly spread over [−1, 1), no two closer than rounding. */
export function numbers(count: number, seed = 1, scale = 1): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 31 - 1) * scale);
  });
}

/** A float tensor of reproducible numbers. */
export function randomTensor(shape: readonly number[], seed = 1, scale = 1): TestTensor {
  return {
    shape,
    data: numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
  };
}
