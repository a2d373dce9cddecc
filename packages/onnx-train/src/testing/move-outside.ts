import { create, decodeModel, encodeModel, TensorProtoSchema } from '@synaprune/onnx';

/** A model with its initializers in a file beside it, aligned, as PyTorch writes it. */
export function moveOutside(
  bytes: Uint8Array,
  location = 'model.onnx.data',
): { readonly model: Uint8Array; readonly externalData: Readonly<Record<string, Uint8Array>> } {
  const model = decodeModel(bytes);
  const pieces: { readonly offset: number; readonly raw: Uint8Array }[] = [];
  let end = 0;
  model.graph!.initializer = model.graph!.initializer.map(({ name, dims, dataType, rawData }) => {
    const offset = Math.ceil(end / 64) * 64;
    pieces.push({ offset, raw: rawData });
    end = offset + rawData.length;
    const told = { location, offset: String(offset), length: String(rawData.length) };
    const externalData = Object.entries(told).map(([key, value]) => ({ key, value }));
    return create(TensorProtoSchema, { name, dims, dataType, dataLocation: 1, externalData });
  });
  const data = new Uint8Array(end);
  for (const { offset, raw } of pieces) data.set(raw, offset);
  return { model: encodeModel(model), externalData: { [location]: data } };
}
