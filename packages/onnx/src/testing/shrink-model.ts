import { decodeModel, encodeModel, type GraphProto, type TensorProto } from '../index.js';

/** A model with its whole structure and hardly any weights, so that damage hits the structure. */
export function shrinkModel(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  shrinkGraph(model.graph!);
  return encodeModel(model);
}

function shrinkGraph(graph: GraphProto): void {
  for (const tensor of graph.initializer) shrinkTensor(tensor);
  for (const attribute of graph.node.flatMap(({ attribute }) => attribute)) {
    if (attribute.t !== undefined) shrinkTensor(attribute.t);
    if (attribute.g !== undefined) shrinkGraph(attribute.g);
  }
}

function shrinkTensor(tensor: TensorProto): void {
  const elements = Number(tensor.dims.reduce((product, edge) => product * edge, 1n));
  if (elements < 64 || tensor.rawData.length !== elements * 4) return;
  tensor.dims = tensor.dims.map((_, axis) => (axis === 0 ? 8n : axis === 1 ? 8n : 1n));
  tensor.rawData = tensor.rawData.slice(0, 4 * 8 ** Math.min(2, tensor.dims.length));
}
