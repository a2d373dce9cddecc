import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import {
  create,
  decodeModel,
  encodeModel,
  type ModelProto,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { hoistTensors } from '@synaprune/onnx/graph';

/**
 * A model whose tensors of these names are inputs rather than part of it, all else as it was: predictions with
 * the weights as they are now, without writing a file at every turn. Weights of branches and loops are moved out of them.
 *
 * @throws PruneError `unsupported` for a tensor that a function of the model holds
 */
export function forwardModel(model: Uint8Array, shapes: ReadonlyMap<string, readonly number[]>): Uint8Array {
  const plain = decodeModel(model);
  const decoded = missingOf(plain, shapes) === undefined ? plain : hoistTensors(model).model;
  const missing = missingOf(decoded, shapes);
  if (missing !== undefined) {
    throw new PruneError(
      'unsupported',
      `${quote(missing)} lies in a function of the model, where no prediction can be given another; inline the model's functions first (onnx.inliner), or leave it out of trainable`,
    );
  }
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

/** A name that no tensor of the model's own graph has. */
function missingOf({ graph }: ModelProto, names: ReadonlyMap<string, unknown>): string | undefined {
  const own = new Set(graph!.initializer.map(({ name }) => name));
  for (const { opType, output } of graph!.node) if (opType === 'Constant') own.add(output[0] ?? '');
  return [...names.keys()].find((name) => !own.has(name));
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
