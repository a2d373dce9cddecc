import type { AttributeProto, GraphProto } from 'onnx-buf';

/**
 * The graphs that an attribute of a node holds: a branch of an `If`, the body of a `Loop` or a `Scan`.
 *
 * @param attribute of a node
 * @returns in the file's order, the one before those of a list; empty for attributes of other kinds
 *
 * @example
 * ```ts
 * import { graphsOf } from '@synaprune/onnx/graph';
 *
 * declare const node: import('@synaprune/onnx').NodeProto;
 * for (const graph of node.attribute.flatMap(graphsOf)) console.log(graph.node.length);
 * ```
 */
export function graphsOf({ g, graphs }: AttributeProto): readonly GraphProto[] {
  return g === undefined ? graphs : [g, ...graphs];
}
