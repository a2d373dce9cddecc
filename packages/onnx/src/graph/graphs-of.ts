import type { AttributeProto, GraphProto } from 'onnx-buf';

/**
 * The graphs that an attribute of a node holds: a branch of an `If`, the body of a `Loop` or a `Scan`.
 *
 * @param attribute of a node
 * @returns in the file's order, the one before those of a list; empty for attributes of other kinds
 *
 * @example
 * ```ts
 * import { AttributeProtoSchema, create, GraphProtoSchema } from '@synaprune/onnx';
 * import { graphsOf } from '@synaprune/onnx/graph';
 *
 * const g = create(GraphProtoSchema, { name: 'told' });
 * const attribute = create(AttributeProtoSchema, { name: 'then_branch', g });
 * console.log(graphsOf(attribute).map(({ name }) => name)); // [ 'told' ]
 * ```
 */
export function graphsOf({ g, graphs }: AttributeProto): readonly GraphProto[] {
  return g === undefined ? graphs : [g, ...graphs];
}
