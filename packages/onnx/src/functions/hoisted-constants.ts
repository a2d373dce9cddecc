import { clone, create } from '@bufbuild/protobuf';
import { type NodeProto, NodeProtoSchema, type TensorProto, TensorProtoSchema } from 'onnx-buf';
import { domainOf } from '../domain.js';

/** Constants of functions that become a graph's. */
export interface HoistedConstants {
  /** What a node of a function is called in the graph; undefined where it is no constant that every call has alike. */
  nameOf(node: NodeProto): string | undefined;
  /** What to put into the graph. */
  readonly initializers: readonly TensorProto[];
  readonly nodes: readonly NodeProto[];
}

/**
 * Makes constants of functions the graph's, one of each: every call reads the same tensor then, and what is changed or
 * cut out of it is so for all.
 *
 * @param as initializers where a constant is a tensor, or nodes as they were
 */
export function hoistedConstants(
  as: 'initializers' | 'nodes',
  freshName: (name: string) => string,
): HoistedConstants {
  const names = new Map<NodeProto, string>();
  const initializers: TensorProto[] = [];
  const nodes: NodeProto[] = [];
  return {
    initializers,
    nodes,
    nameOf(node) {
      const [attribute] = node.attribute;
      const [output = ''] = node.output;
      if (node.opType !== 'Constant' || domainOf(node.domain) !== '') return undefined;
      if (attribute === undefined || attribute.refAttrName !== '' || output === '') return undefined;
      const tensor = attribute.name === 'value' ? attribute.t : undefined;
      if (as === 'initializers' && tensor === undefined) return undefined;
      const known = names.get(node);
      if (known !== undefined) return known;
      const name = freshName(output);
      names.set(node, name);
      if (as === 'nodes') nodes.push(Object.assign(clone(NodeProtoSchema, node), { output: [name] }));
      else initializers.push(Object.assign(create(TensorProtoSchema), tensor, { name }));
      return name;
    },
  };
}
