import { typeOf } from '../elements/element-type.js';
import { buildModel, type GraphParts, type ModelParts } from '../graph.js';
import { create, type TensorProto, TensorProtoSchema, tensorFromFloat32 } from '../index.js';

/** A model of opset 21. */
export function modelOf(parts: ModelParts): Uint8Array {
  return buildModel({ opset: 21, ...parts });
}

/** `y = x · w`, with any tensor as w. */
export function matMulModel(w: TensorProto, more: GraphParts = {}): Uint8Array {
  const type = typeOf(w.dataType)!;
  return modelOf({
    inputs: { x: { shape: [1, Number(w.dims[0])], type } },
    outputs: { y: { shape: [1, Number(w.dims[1])], type } },
    tensors: [w],
    nodes: [['MatMul', ['x', w.name], ['y']]],
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
