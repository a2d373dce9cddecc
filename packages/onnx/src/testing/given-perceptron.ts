import { create, decodeModel, encodeModel, TensorProtoSchema, tensorFromFloat32 } from '../index.js';
import { perceptron } from './external-model.js';
import { kernel, ladder } from './small-models.js';

/** Two layers. */
export const tensors = [
  kernel('fc1.weight', [8, 16]),
  tensorFromFloat32('fc1.bias', ladder(16), [16]),
  kernel('fc2.weight', [16, 8]),
  tensorFromFloat32('fc2.bias', ladder(8), [8]),
];
/** As PyTorch writes it: `fc1.weight` at 0, `fc1.bias` at 512, `fc2.weight` at 576, `fc2.bias` at 1088. */
export const { bytes, data } = perceptron(tensors);
/** The data file, under the name that the model has for it. */
export const given = { 'model.onnx.data': data };

/** The same model with all tensors inside it. */
export function whole(): Uint8Array {
  const model = decodeModel(bytes);
  model.graph!.initializer = tensors.map((tensor) =>
    create(TensorProtoSchema, { ...tensor, $typeName: undefined as never }),
  );
  return encodeModel(model);
}
