import { type Lengths, LengthUnknown } from '@synaprune/axes';
import type { GraphProto, NodeProto, TensorProto } from '@synaprune/onnx';
import type { FollowedEdit, FollowedModel } from '../follow/follow-model.js';
import { NotWritable } from '../follow/node-call.js';
import { type Editing, editOf } from './edit-node.js';

/** What nodes become, worked out and not yet written. */
export interface PlannedEdits {
  /** Nodes that cannot be told what they need, and why: their axes have to stay. */
  readonly refused: ReadonlyMap<NodeProto, string>;
  /** Names that some nodes read no more once it is written. */
  readonly replaced: ReadonlySet<string>;
  /** Writes it all into the messages. */
  write(): void;
}

/** @param freshName a name that nothing in the model has, another each time */
export function planEdits(followed: FollowedModel, lengths: Lengths, freshName: () => string): PlannedEdits {
  const refused = new Map<NodeProto, string>();
  const writing: (() => void)[] = [];
  const replaced = new Set<string>();
  const nodes = new Map<NodeProto, NodeProto[]>();
  const graphs = new Map<GraphProto, TensorProto[]>();
  for (const edit of followed.edits) {
    if (!isTouched(edit, lengths)) continue;
    const editing: Editing = { lengths, freshName, nodes: [], tensors: [], replaced: [], writing: [] };
    try {
      edit.edit(editOf(edit.node, editing));
    } catch (error) {
      if (!(error instanceof NotWritable || error instanceof LengthUnknown)) throw error;
      refused.set(edit.node, error.message);
      continue;
    }
    writing.push(...editing.writing);
    for (const name of editing.replaced) replaced.add(name);
    if (editing.nodes.length > 0) nodes.set(edit.node, editing.nodes);
    const before = graphs.get(edit.graph);
    if (before === undefined) graphs.set(edit.graph, editing.tensors);
    else before.push(...editing.tensors);
  }
  return {
    refused,
    replaced,
    write() {
      for (const step of writing) step();
      for (const [graph, tensors] of graphs) {
        for (const tensor of tensors) graph.initializer.push(tensor);
        if (graph.node.some((node) => nodes.has(node))) {
          graph.node = graph.node.flatMap((node) => [...(nodes.get(node) ?? []), node]);
        }
      }
    },
  };
}

/** Whether something that a node reads or makes becomes smaller. */
function isTouched({ values }: FollowedEdit, { shrinks }: Lengths): boolean {
  return values.some((value) => {
    if (value === undefined) return false;
    if (value.axes.some(shrinks)) return true;
    return 'sizes' in value && (value.sizes?.some((size) => size?.of.some(shrinks)) ?? false);
  });
}
