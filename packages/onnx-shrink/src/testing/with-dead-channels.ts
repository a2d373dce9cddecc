import {
  decodeModel,
  encodeModel,
  TensorProto_DataType,
  tensorFromFloat32,
  tensorToFloat32,
} from '@synaprune/onnx';
import { createRandom } from './generate/random.js';

/**
 * A model some of whose tensors have slices of zeros, along the first axis or the second, of those with three axes along the second or the third, as unstructured pruning leaves
 * them; of vectors single elements are zero.
 *
 * @param whole whether the elements that stay become small whole numbers, halves of which add up without rounding
 */
export function withDeadChannels(bytes: Uint8Array, seed: number, whole = false): Uint8Array {
  const random = createRandom(seed, 11);
  const model = decodeModel(bytes);
  const share = random.pick([0.3, 0.6, 0.9]);
  const tensors = [
    ...model.graph!.initializer,
    ...model.graph!.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])),
  ];
  const settings = new Set(
    model.graph!.node.flatMap(({ opType, input }) => (opType === 'Resize' ? input.slice(1) : [])),
  );
  for (const tensor of tensors) {
    if (tensor.dataType !== TensorProto_DataType.FLOAT || settings.has(tensor.name)) continue;
    const dims = tensor.dims.map(Number);
    const values = tensorToFloat32(tensor);
    if (whole) for (let i = 0; i < values.length; i += 1) values[i] = random.between(-2, 2);
    const chance = dims.length === 1 ? share : random.pick([0, share, share]);
    for (const axis of dims.length === 3 ? [1, 2] : [0, 1]) {
      const size = dims[axis] ?? 0;
      const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
      for (let index = 0; index < size; index += 1) {
        if (!random.chance(chance)) continue;
        for (let i = 0; i < values.length; i += 1) {
          if (Math.floor(i / inner) % size === index) values[i] = 0;
        }
      }
    }
    tensor.rawData = tensorFromFloat32('', values, dims).rawData;
    tensor.floatData = [];
  }
  return encodeModel(model);
}
