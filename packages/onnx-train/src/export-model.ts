import { listNames, quote } from '@synaprune/core/checks';
import { decodeModel, encodeModel, type TensorProto, tensorFromFloat32 } from '@synaprune/onnx';
import { isConstant, sizeOf } from '@synaprune/onnx/graph';

/**
 * A model with other values in the tensors of some names, all else as it was.
 *
 * @throws RangeError when a name is not among `shapes`, or a value has another length
 */
export function exportModel(
  bytes: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
  values: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  for (const [name, value] of values) {
    const shape = shapes.get(name);
    if (shape === undefined)
      throw new RangeError(
        `${quote(name)} is no weight or buffer of this step; there are ${listNames([...shapes.keys()])}`,
      );
    if (value.length !== sizeOf(shape))
      throw new RangeError(`${quote(name)} needs ${sizeOf(shape)} elements, got ${value.length}`);
  }
  const model = decodeModel(bytes);
  const { graph } = model;
  for (const tensor of graph!.initializer) {
    const value = values.get(tensor.name);
    if (value !== undefined) overwrite(tensor, value);
  }
  for (const node of graph!.node) {
    const value = isConstant(node) ? values.get(node.output[0] ?? '') : undefined;
    if (value === undefined) continue;
    for (const attribute of node.attribute) {
      if (attribute.t !== undefined) overwrite(attribute.t, value);
      else if (attribute.name === 'value_floats') attribute.floats = [...value];
      else if (attribute.name === 'value_float') attribute.f = value[0]!;
    }
  }
  return encodeModel(model);
}

/** The elements where they were: in raw bytes, or in the list of floats. */
function overwrite(tensor: TensorProto, value: Float32Array): void {
  if (tensor.floatData.length > 0) tensor.floatData = [...value];
  else tensor.rawData = Uint8Array.from(tensorFromFloat32(tensor.name, value, tensor.dims).rawData);
}
