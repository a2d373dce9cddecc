import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  create,
  encodeModel,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../index.js';
import { value } from './small-models.js';

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
  graph: {
    readonly input: readonly ReturnType<typeof value>[];
    readonly output: readonly ReturnType<typeof value>[];
    readonly node: readonly MessageInitShape<typeof NodeProtoSchema>[];
  },
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
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    producerName: 'pytorch',
    opsetImport: [{ domain: '', version: 20n }],
    graph: create(GraphProtoSchema, {
      name: 'main_graph',
      initializer,
      input: [...graph.input],
      output: [...graph.output],
      node: [...graph.node],
    }),
  });
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
      input: [value('x', [1, 8])],
      output: [value('z', [1, 8])],
      node: [
        { opType: 'Gemm', name: 'fc1', input: ['x', 'fc1.weight', 'fc1.bias'], output: ['h'] },
        { opType: 'Relu', name: 'relu', input: ['h'], output: ['r'] },
        { opType: 'Gemm', name: 'fc2', input: ['r', 'fc2.weight', 'fc2.bias'], output: ['z'] },
      ],
    },
    layout,
  );
  return { bytes: encodeModel(model), model, data };
}
