import type { Notice } from '@synaprune/core';
import { create, encodeModel, type ModelProto, type NodeProto, NodeProtoSchema } from '@synaprune/onnx';
import {
  type Attributes,
  graphsOf,
  hoistTensors,
  namesOf,
  type SourceModel,
  sourceOf,
  tensorOf,
  writeAttribute,
} from '@synaprune/onnx/graph';
import { range } from '../arithmetic/arithmetic.js';
import type { Refusal } from '../importing/refusal.js';
import type { Lowerings } from '../lower/lowering.js';
import type { ReadingOptions } from '../options/options.js';
import { requireBranches } from './control-flow.js';
import { createCopier, type NodeCopier, rename } from './copy-nodes.js';
import { writeFunctions } from './functions.js';
import { type InlinedModel, isControlFlow, plainModel } from './inlined-model.js';
import { createProbe } from './probe.js';
import type { Rewriting } from './rewriting.js';
import { writeBranch, writeLoop, writeScan } from './write-rounds.js';
import { createSequences } from './write-sequences.js';

/**
 * A model with functions of its own written out where they are called, with the branch of each `If` whose condition is
 * known or that `branches` names, the rounds of `Loop` and `Scan` where their number is known, and sequences of known
 * lengths. A model that has none of them is itself.
 *
 * @throws PruneError `unmatched-selector` when `branches` names no `If`; `unsupported-operator` and `bad-model` as `writeFunctions`
 */
export function inlineModel(
  bytes: Uint8Array,
  found: SourceModel,
  options: ReadingOptions,
  lowerings: Lowerings,
): InlinedModel {
  const { branches = {}, rules = {} } = options;
  const plain = plainModel(bytes, found, options);
  if (plain !== undefined) return plain;
  const { model, originals } = hoistTensors(bytes);
  requireBranches(model, branches);
  writeFunctions(model, new Set(Object.keys(rules)));
  const copier = createCopier(new Set([...found.names, ...namesOf(model.graph!).taken]));
  const refusals = new Map<string, Refusal>();
  const notices: Notice[] = [];
  const decisive = writeOut(model, copier, options, lowerings, refusals, notices);
  return { bytes: encodeModel(model), source: sourceOf(model), originals, refusals, decisive, notices };
}

function writeOut(
  model: ModelProto,
  copier: NodeCopier,
  options: ReadingOptions,
  lowerings: Lowerings,
  refusals: Map<string, Refusal>,
  notices: Notice[],
): ReadonlySet<string> {
  const graph = model.graph!;
  const first = sourceOf(model);
  const tensors = new Map(first.tensors);
  const producers = new Map(first.producers);
  const source: SourceModel = { ...first, tensors, producers };
  const { opset } = source;
  const keep = (tensor: ReturnType<typeof tensorOf>): string => {
    graph.initializer.push(tensor);
    tensors.set(tensor.name, tensor);
    return tensor.name;
  };
  const known = new Map<string, string>();
  const constant = (
    key: string,
    type: 'bool' | 'int64',
    shape: readonly number[],
    data: readonly number[],
  ): string => {
    const name =
      known.get(key) ??
      keep(tensorOf(copier.fresh(key), { type, shape }, type === 'int64' ? data.map(BigInt) : data));
    known.set(key, name);
    return name;
  };
  const node = (
    opType: string,
    input: readonly string[],
    output: readonly string[],
    attributes: Attributes = {},
  ): NodeProto =>
    create(NodeProtoSchema, {
      opType,
      name: output[0] ?? '',
      input: [...input],
      output: [...output],
      attribute: Object.entries(attributes).map(([name, value]) => writeAttribute(name, value)),
    });
  /** Axes are an input since version 13, an attribute before. */
  const listed = (
    op: string,
    input: string,
    output: readonly string[],
    attribute: string,
    list: readonly number[],
    more: Attributes = {},
  ) =>
    opset >= 13
      ? node(op, [input, constant(`list/${list.join()}`, 'int64', [list.length], list)], output, more)
      : node(op, [input], output, { [attribute]: list, ...more });
  const rewriting: Rewriting = {
    opset,
    probe: createProbe(source, options, lowerings),
    branches: options.branches ?? {},
    copier,
    decisive: new Set(),
    notices,
    rename,
    learn(nodes) {
      for (const each of nodes) for (const name of each.output) if (name !== '') producers.set(name, each);
    },
    bool: (value) => constant(`bool/${value}`, 'bool', [], [value ? 1 : 0]),
    integer: (value) => constant(`integer/${value}`, 'int64', [], [value]),
    cut(name, axis, sizes, prefix) {
      const names = sizes.map((_, at) => copier.fresh(`${prefix}/${at}/${name}`));
      return { names, nodes: [listed('Split', name, names, 'split', sizes, { axis })] };
    },
    parts(name, axis, length, prefix) {
      const { names: cut, nodes } = rewriting.cut(
        name,
        axis,
        range(length).map(() => 1),
        prefix,
      );
      const names = cut.map((part) => copier.fresh(`${part}/row`));
      return {
        names,
        nodes: [...nodes, ...cut.map((part, at) => listed('Squeeze', part, [names[at]!], 'axes', [axis]))],
      };
    },
    join: (names, axis, output) => node('Concat', names, [output], { axis }),
    stack(names, axis, output) {
      const rows = names.map((name, round) => copier.fresh(`${output}/${round}/${name}`));
      return [
        ...names.map((name, round) => listed('Unsqueeze', name, [rows[round]!], 'axes', [axis])),
        rewriting.join(rows, axis, output),
      ];
    },
  };
  const sequences = createSequences(rewriting);
  const written: NodeProto[] = [];
  const open = [...graph.node].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const made = isControlFlow(next) ? writers[next.opType]!(rewriting, next) : sequences.write(next);
    if (made !== undefined && 'what' in made) refusals.set(next.output[0] ?? '', made);
    if (made === undefined || 'what' in made) {
      written.push(next);
      continue;
    }
    if (made.stays) written.push(next);
    else for (const name of next.output) producers.delete(name);
    rewriting.learn(made.nodes);
    for (const each of made.nodes.toReversed()) open.push(each);
  }
  graph.node = written;
  graph.valueInfo = [];
  forgetUnused(model);
  return rewriting.decisive;
}

const writers: Readonly<Record<string, typeof writeBranch>> = {
  If: writeBranch,
  Loop: writeLoop,
  Scan: writeScan,
};

/** Tensors that only a branch read which is not taken are none of the step's. */
function forgetUnused({ graph }: ModelProto): void {
  const read = new Set(graph!.output.map(({ name }) => name));
  const visit = (nodes: readonly NodeProto[]): void => {
    for (const { input, attribute } of nodes) {
      for (const name of input) read.add(name);
      for (const inner of attribute.flatMap(graphsOf)) {
        for (const { name } of inner.output) read.add(name);
        visit(inner.node);
      }
    }
  };
  visit(graph!.node);
  const isInput = new Set(graph!.input.map(({ name }) => name));
  graph!.initializer = graph!.initializer.filter(({ name }) => read.has(name) || isInput.has(name));
  graph!.node = graph!.node.filter(
    ({ opType, output }) => opType !== 'Constant' || output.some((name) => read.has(name)),
  );
}
