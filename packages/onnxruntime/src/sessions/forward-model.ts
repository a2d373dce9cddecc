import {
  create,
  decodeModel,
  encodeModel,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';

/**
 * A model whose tensors of these names are inputs rather than part of it, all else as it was: predictions with
 * the weights as they are now, without writing a file at every turn.
 */
export function forwardModel(model: Uint8Array, shapes: ReadonlyMap<string, readonly number[]>): Uint8Array {
  const decoded = decodeModel(model);
  const graph = decoded.graph!;
  graph.initializer = graph.initializer.filter(({ name }) => !shapes.has(name));
  graph.node = graph.node.filter(
    ({ opType, domain, output }) => !(opType === 'Constant' && domain === '' && shapes.has(output[0] ?? '')),
  );
  graph.input = [
    ...graph.input.filter(({ name }) => !shapes.has(name)),
    ...[...shapes].map(([name, shape]) => floatInput(name, shape)),
  ];
  return encodeModel(decoded);
}

function floatInput(name: string, shape: readonly number[]) {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: 1,
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}
