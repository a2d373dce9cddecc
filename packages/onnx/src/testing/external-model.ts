import { buildModel, type GraphParts } from '../graph.js';
import {
  create,
  decodeModel,
  encodeModel,
  type ModelProto,
  type TensorProto,
  TensorProtoSchema,
} from '../index.js';

/** What stands between the tensors of a data file; no tensor's, and to be kept. */
export const FILLER = 0xee;

/** Where a writer puts tensors, and what it says about them. */
export interface ExternalLayout {
  readonly location?: string;
  /** PyTorch aligns large tensors to 64 KiB and small ones to 4 KiB; smaller here, so that files stay small. */
  readonly alignment?: number;
  readonly checksum?: boolean;
}

/**
 * A model as PyTorch 2.9 writes it: all tensors in one file beside it, each at an aligned offset.
 *
 * @returns the model's message, to be changed and encoded, and the bytes of its data file
 */
export function externalModel(
  tensors: readonly TensorProto[],
  graph: Omit<GraphParts, 'tensors'>,
  { location = 'model.onnx.data', alignment = 64, checksum = false }: ExternalLayout = {},
): { readonly model: ModelProto; readonly data: Uint8Array } {
  const pieces: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  const initializer = tensors.map((tensor) => {
    const offset = Math.ceil(end / alignment) * alignment;
    pieces.push({ offset, bytes: tensor.rawData });
    end = offset + tensor.rawData.length;
    return create(TensorProtoSchema, {
      name: tensor.name,
      dims: tensor.dims,
      dataType: tensor.dataType,
      dataLocation: 1,
      externalData: [
        { key: 'location', value: location },
        { key: 'offset', value: String(offset) },
        { key: 'length', value: String(tensor.rawData.length) },
        ...(checksum ? [{ key: 'checksum', value: 'a'.repeat(40) }] : []),
      ],
    });
  });
  const data = new Uint8Array(end).fill(FILLER);
  for (const { offset, bytes } of pieces) data.set(bytes, offset);
  const model = decodeModel(buildModel({ opset: 20, ...graph, tensors: initializer }));
  return { model, data };
}

/** Two layers with biases and a quantised one, with all that they need in one data file. */
export function perceptron(
  tensors: readonly TensorProto[],
  layout: ExternalLayout = {},
): { readonly bytes: Uint8Array; readonly model: ModelProto; readonly data: Uint8Array } {
  const { model, data } = externalModel(
    tensors,
    {
      inputs: { x: [1, 8] },
      outputs: { z: [1, 8] },
      nodes: [
        ['Gemm', ['x', 'fc1.weight', 'fc1.bias'], ['h'], {}, 'fc1'],
        ['Relu', ['h'], ['r'], {}, 'relu'],
        ['Gemm', ['r', 'fc2.weight', 'fc2.bias'], ['z'], {}, 'fc2'],
      ],
    },
    layout,
  );
  return { bytes: encodeModel(model), model, data };
}
