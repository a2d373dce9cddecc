import { create, type GraphProto, type NodeProto, TensorProtoSchema } from '@synaprune/onnx';

/**
 * Makes initializers of the constants of functions, one of each: every call reads the same tensor then, and what is cut
 * out of it is cut for all.
 */
export function hoistedConstants(
  graph: GraphProto,
  freshName: (name: string) => string,
): (node: NodeProto) => string | undefined {
  const names = new Map<NodeProto, string>();
  return (node) => {
    if (node.opType !== 'Constant' || (node.domain !== '' && node.domain !== 'ai.onnx')) return undefined;
    const [attribute] = node.attribute;
    const [output = ''] = node.output;
    if (
      attribute?.name !== 'value' ||
      attribute.t === undefined ||
      attribute.refAttrName !== '' ||
      output === ''
    ) {
      return undefined;
    }
    const known = names.get(node);
    if (known !== undefined) return known;
    const name = freshName(output);
    names.set(node, name);
    graph.initializer.push(Object.assign(create(TensorProtoSchema), attribute.t, { name }));
    return name;
  };
}
