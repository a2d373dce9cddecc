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
import type { ModelParts, NodeParts } from '@synaprune/onnx/graph';
import type { Value } from './program.js';

/** Every name that nodes read, also those that a branch reads from outside. */
export function namesRead(nodes: readonly NodeParts[]): Set<string> {
  const names = new Set<string>();
  for (const [, inputs, , attributes = {}] of nodes) {
    for (const name of inputs) names.add(name);
    for (const value of Object.values(attributes)) {
      if (typeof value !== 'object' || !('graph' in value)) continue;
      for (const name of namesRead(value.graph.nodes ?? [])) names.add(name);
    }
  }
  return names;
}

/** A model without what no output needs; its inputs stay. */
export function liveOnly(parts: ModelParts): ModelParts {
  const wanted = new Set(parts.outputs as readonly string[]);
  const nodes = [...(parts.nodes ?? [])].reverse().filter((node) => {
    if (!node[2].some((name) => wanted.has(name))) return false;
    for (const name of namesRead([node])) wanted.add(name);
    return true;
  });
  const tensors = Object.entries(parts.tensors ?? {}).filter(([name]) => wanted.has(name));
  return { ...parts, nodes: nodes.reverse(), tensors: Object.fromEntries(tensors) };
}

/** A model that says what shapes its values have, as exporters do. */
export function withValueInfo(bytes: Uint8Array, values: readonly Value[]): Uint8Array {
  const model = decodeModel(bytes);
  const graph = model.graph!;
  const computed = new Set(graph.node.flatMap(({ output }) => output));
  graph.valueInfo = values
    .filter(({ name }) => computed.has(name))
    .map(({ name, shape, open }) => {
      const dim = shape.map((edge, axis) =>
        create(TensorShapeProto_DimensionSchema, {
          value: open[axis]
            ? { case: 'dimParam', value: `${name}_${axis}` }
            : { case: 'dimValue', value: BigInt(edge) },
        }),
      );
      const value = create(TypeProto_TensorSchema, {
        elemType: 1,
        shape: create(TensorShapeProtoSchema, { dim }),
      });
      return create(ValueInfoProtoSchema, {
        name,
        type: create(TypeProtoSchema, { value: { case: 'tensorType', value } }),
      });
    });
  return encodeModel(model);
}
