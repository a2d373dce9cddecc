import { legible, quote } from '@synaprune/core/checks';
import type { NodeProto } from 'onnx-buf';
import { domainOf } from '../domain.js';

/** How messages name a node: `node "conv1" (Conv)`, or by its first output where it has no name. */
export function placeOf(node: NodeProto): string {
  const op = domainOf(node.domain) === '' ? node.opType : `${node.domain}::${node.opType}`;
  return node.name === ''
    ? `the node that computes ${quote(node.output[0] ?? '')} (${oneLine(op)})`
    : `node ${quote(node.name)} (${oneLine(op)})`;
}

/** An operator's name as messages show it: a line break in it would begin a line of its own in a terminal. */
export function oneLine(op: string): string {
  return legible(op, 120).replaceAll('\n', '\\n');
}
