import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  create,
  encodeModel,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  tensorFromFloat32,
  ValueInfoProtoSchema,
} from '../index.js';

type GraphInit = Exclude<MessageInitShape<typeof GraphProtoSchema>, GraphProto>;
type ModelInit = Exclude<MessageInitShape<typeof ModelProtoSchema>, ModelProto>;

/** A float32 input or output of a graph. */
export function value(name: string, dims: readonly number[] = [], elemType = 1) {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: { dim: dims.map((edge) => ({ value: { case: 'dimValue' as const, value: BigInt(edge) } })) },
        },
      },
    },
  });
}

export function graphAttribute(name: string, graph: GraphInit) {
  return { name, type: AttributeProto_AttributeType.GRAPH, g: create(GraphProtoSchema, { name, ...graph }) };
}

export function tensorAttribute(name: string, t: TensorProto) {
  return { name, type: AttributeProto_AttributeType.TENSOR, t };
}

export function integerAttribute(name: string, i: number) {
  return { name, type: AttributeProto_AttributeType.INT, i: BigInt(i) };
}

/** A model of opset 21 with this graph. */
export function modelOf(graph: GraphInit, more: ModelInit = {}): Uint8Array {
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [
        { domain: '', version: 21n },
        { domain: 'com.microsoft', version: 1n },
        { domain: 'own', version: 1n },
      ],
      graph: { name: 'g', ...graph },
      ...more,
    }),
  );
}

/** `y = x · w`, with any tensor as w. */
export function matMulModel(w: TensorProto, more: GraphInit = {}): Uint8Array {
  return modelOf({
    input: [value('x', [1, Number(w.dims[0])], w.dataType)],
    output: [value('y', [1, Number(w.dims[1])], w.dataType)],
    initializer: [w],
    node: [{ opType: 'MatMul', input: ['x', w.name], output: ['y'] }],
    ...more,
  });
}

/** Values of alternating sign and growing size: the first half is what half sparsity drops. */
export function ladder(elements: number): Float32Array {
  return Float32Array.from({ length: elements }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
}

export function kernel(name = 'w', dims: readonly number[] = [8, 16]): TensorProto {
  return tensorFromFloat32(name, ladder(dims.reduce((product, edge) => product * edge, 1)), dims);
}

/** A tensor of any type in raw data. */
export function rawTensor(name: string, dataType: number, dims: readonly number[], rawData: Uint8Array) {
  return create(TensorProtoSchema, {
    name,
    dataType,
    dims: dims.map(BigInt),
    rawData: Uint8Array.from(rawData),
  });
}
