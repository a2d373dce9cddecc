import { tensorToFloat32 } from '@synaprune/onnx';
import { readModel, typeOf } from '@synaprune/onnx/graph';

/** Reads tensors of a model's own graph that can be fed in place of what the file holds: all of float32. */
export interface PlainTensors {
  has(name: string): boolean;
  /** Its shape. */
  shapeOf(name: string): readonly number[];
  /** A copy of its elements, row-major. */
  valuesOf(name: string): Float32Array;
}

/** @throws PruneError `bad-model` */
export function plainTensors(model: Uint8Array): PlainTensors {
  const { tensors, sparse } = readModel(model);
  return {
    has(name) {
      const tensor = tensors.get(name);
      return tensor !== undefined && typeOf(tensor.dataType) === 'float32' && !sparse.has(name);
    },
    shapeOf: (name) => tensors.get(name)!.dims.map(Number),
    valuesOf: (name) => Float32Array.from(tensorToFloat32(tensors.get(name)!)),
  };
}
