import { type Lengths, takeBytes } from '@synaprune/axes';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { create, type GraphProto, type NodeProto, NodeProtoSchema, type TensorProto } from '@synaprune/onnx';
import { type Attribute, tensorOf, typeOf, writeAttribute } from '@synaprune/onnx/graph';
import type { FollowedModel } from '../follow/follow-model.js';
import type { FileTensor } from '../follow/graph-value.js';
import type { NodeEdit } from '../follow/node-call.js';
import { namesOf } from './graph-names.js';
import { elementBytes, hasWholeBytes, rawBytes } from './raw-bytes.js';

/** Cuts the messages of a model, which are the caller's: tensors first, then what nodes are told. */
export function cutModel(followed: FollowedModel, lengths: Lengths): void {
  for (const tensor of followed.tensors) cutTensor(tensor, lengths);
  // A name may be that of a graph further in or out, or of what an earlier cut added.
  const graphs = new Set(followed.edits.map(({ graph }) => graph));
  const taken = new Set([
    ...followed.values.keys(),
    ...[...graphs].flatMap((graph) => [...namesOf(graph).taken]),
  ]);
  let made = 0;
  const fresh = () => {
    do made += 1;
    while (taken.has(`synaprune/${made}`));
    return `synaprune/${made}`;
  };
  for (const { node, graph, edit } of followed.edits) {
    const added: NodeProto[] = [];
    edit(editOf(node, graph, { lengths, added, fresh }));
    if (added.length > 0) graph.node.splice(graph.node.indexOf(node), 0, ...added);
  }
}

function cutTensor({ message, shape, axes }: FileTensor, { keptOf }: Lengths): void {
  const kept = axes.map(keptOf);
  if (kept.every((each) => each === undefined)) return;
  const bytes = takeBytes(rawBytes(message), shape, elementBytes(message), kept);
  message.dims = shape.map((size, axis) => BigInt(kept[axis]?.length ?? size));
  message.rawData = bytes;
  message.floatData = [];
  message.int32Data = [];
  message.int64Data = [];
  message.doubleData = [];
  message.uint64Data = [];
}

interface Editing {
  readonly lengths: Lengths;
  readonly added: NodeProto[];
  readonly fresh: () => string;
}

function editOf(node: NodeProto, graph: GraphProto, { lengths, added, fresh }: Editing): NodeEdit {
  const addTensor = (shape: readonly number[], numbers: readonly number[]): string => {
    const name = fresh();
    graph.initializer.push(tensorOf(name, { type: 'int64', shape }, numbers));
    return name;
  };
  const setInput = (input: number, name: string) => {
    while (node.input.length <= input) node.input.push('');
    node.input[input] = name;
  };
  const removeAttribute = (name: string) => {
    node.attribute = node.attribute.filter((attribute) => attribute.name !== name);
  };
  return {
    ...lengths,
    removeAttribute,
    attribute(name: string, value: Attribute) {
      removeAttribute(name);
      node.attribute.push(writeAttribute(name, value));
    },
    integers(input, numbers) {
      const list = typeof numbers === 'number' ? [numbers] : numbers;
      setInput(input, addTensor(typeof numbers === 'number' ? [] : [list.length], list));
    },
    correct(input, sizes, wanted) {
      const comes = sizes.map((size) => size?.after(lengths.lengthOf));
      const right = wanted.every((want, i) => want === undefined || comes[i] === want);
      if (right) return;
      const all = comes.map((size, i) => wanted[i] ?? size);
      if (all.every((size) => typeof size === 'number')) {
        setInput(input, addTensor([all.length], all));
        return;
      }
      // Some of it only a run knows: what is known to be wrong is put right by what is added.
      const difference = comes.map((size, i) => {
        const want = wanted[i];
        if (want === undefined || size === want) return 0;
        if (typeof size === 'number') return want - size;
        throw new PruneError(
          'unsupported',
          `a shape that node ${quote(node.name)} takes cannot be put right`,
        );
      });
      const output = fresh();
      added.push(
        create(NodeProtoSchema, {
          opType: 'Add',
          name: output,
          input: [node.input[input]!, addTensor([difference.length], difference)],
          output: [output],
        }),
      );
      setInput(input, output);
    },
    operator(op: string) {
      node.opType = op;
    },
  };
}

/** Bytes of one element of a tensor that is cut, 0 of others. */
export function cutBytes(message: TensorProto): number {
  return hasWholeBytes(message) ? elementBytes(message) : 0;
}

/** Floating-point tensors hold parameters, and quantised ones with more than one axis. */
export function isParameter({ dataType }: TensorProto, rank: number): boolean {
  const type = typeOf(dataType) ?? 'string';
  return type.startsWith('float') || type.startsWith('bfloat') || (rank > 1 && /^u?int(4|8|16)$/.test(type));
}
