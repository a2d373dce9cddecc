import {
  create,
  encodeModel,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  tensorFromFloat32,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { codeOf, type ElementType } from '@synaprune/onnx/graph';
import type { ModelGraph } from './model-graph.js';

/** A part of a model, to be a model of its own. */
export interface ModelPart {
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly string[];
  /** Values that it is given, with their types. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
}

/**
 * The bytes of a part of a model.
 *
 * @param replaced other elements of tensors of the file
 */
export function stageModel(
  graph: ModelGraph,
  { nodes, tensors, inputs, outputs }: ModelPart,
  replaced: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  const initializer = tensors.flatMap((name): TensorProto[] => {
    const tensor = graph.tensors.get(name);
    const values = replaced.get(name);
    if (tensor === undefined) return [];
    return [values === undefined ? { ...tensor, name } : tensorFromFloat32(name, values, tensor.dims)];
  });
  const part = create(GraphProtoSchema, {
    name: 'stage',
    node: [...nodes],
    initializer,
    sparseInitializer: tensors.flatMap((name) => graph.sparse.get(name) ?? []),
    input: Array.from(inputs, ([name, type]) => declared(name, type)),
    output: outputs.map((name) => declaredOutput(name)),
  });
  return encodeModel(create(ModelProtoSchema, { ...around(graph.message), graph: part }));
}

function around({ irVersion, opsetImport, functions }: ModelProto) {
  // Before version 4 every initializer had to be an input as well.
  return { irVersion: irVersion < 4n ? 4n : irVersion, opsetImport, functions };
}

function declared(name: string, type: string): ValueInfoProto {
  const tensorType = create(TypeProto_TensorSchema, { elemType: codeOf(type as ElementType) });
  const value = { case: 'tensorType', value: tensorType } as const;
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value }) });
}

/** The runtime finds out its type. */
function declaredOutput(name: string): ValueInfoProto {
  return create(ValueInfoProtoSchema, { name });
}
