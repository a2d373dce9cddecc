import type { NodeProto } from './messages.js';

/** How messages name a node: `node "conv1" (Conv)`, or by its first output where it has no name. */
export function placeOf(node: NodeProto): string {
  const op = node.domain === '' || node.domain === 'ai.onnx' ? node.opType : `${node.domain}::${node.opType}`;
  return node.name === ''
    ? `the node that computes "${node.output[0] ?? ''}" (${op})`
    : `node "${node.name}" (${op})`;
}
