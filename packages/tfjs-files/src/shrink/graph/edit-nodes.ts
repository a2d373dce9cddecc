import { type Dim, type KnownSize, type Lengths, LengthUnknown } from '@synaprune/axes';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { type JsonObject, member } from '../../artifacts/json-tree.js';
import type { OpenedModel } from '../../artifacts/open-artifacts.js';
import { type ChangedWeight, changeWholes } from '../../elements/change-weight.js';
import { writeAttribute } from '../../graph-model/attributes.js';
import { graphsOf, writeConstantShape } from '../../graph-model/constants.js';
import type { GraphModel, GraphNode } from '../../graph-model/graph-model.js';
import type { WeightChanges } from '../follow/followed.js';
import type { NodeEdit } from './node-call.js';

/** A node and what it needs. */
export interface NodeToEdit {
  readonly node: GraphNode;
  edit(edit: NodeEdit): void;
}

/**
 * Tells nodes of the new lengths, in the model's own topology.
 *
 * @throws PruneError `unsupported` when a node cannot be told what it needs
 */
export function editNodes(
  model: GraphModel,
  opened: OpenedModel,
  nodes: readonly NodeToEdit[],
  lengths: Lengths,
): WeightChanges {
  const { main } = model;
  const added = new Map<string, ChangedWeight>();
  const changed = new Map<string, ChangedWeight>();
  const names = new Set([...main.byName.keys(), ...opened.weights.map(({ name }) => name)]);
  const list = member(main.json, 'node') as JsonObject[];
  const uses = countUses(model);

  const fresh = (): string => {
    let number = added.size + 1;
    while (names.has(`synaprune/${number}`)) number += 1;
    const name = `synaprune/${number}`;
    names.add(name);
    return name;
  };
  const addConstant = (shape: readonly number[], numbers: readonly number[]): string => {
    const name = fresh();
    const json: JsonObject = { name, op: 'Const', attr: { dtype: { type: 'DT_INT32' } } };
    writeAttribute(json, 'value', { tensor: shape, type: 'DT_INT32' });
    list.push(json);
    added.set(name, changeWholes(shape, numbers));
    return name;
  };
  const setInput = (node: GraphNode, input: number, name: string): void => {
    const inputs = node.json.input as string[];
    const places = inputs.flatMap((each, i) => (each.startsWith('^') ? [] : [i]));
    inputs[places[input]!] = name;
  };
  const setNumbers = (
    node: GraphNode,
    input: number,
    shape: readonly number[],
    numbers: readonly number[],
  ) => {
    const source = node.inputs[input]!.node;
    const constant = main.byName.get(source);
    // What nobody else reads is changed where it stands.
    if (constant?.op === 'Const' && uses.get(source) === 1) {
      changed.set(source, changeWholes(shape, numbers));
      writeConstantShape(constant, shape);
    } else setInput(node, input, addConstant(shape, numbers));
  };

  for (const { node, edit } of nodes) {
    edit({
      ...lengths,
      attribute: (name, value) => writeAttribute(node.json, name, value),
      integers(input, numbers) {
        const many = typeof numbers !== 'number';
        setNumbers(node, input, many ? [numbers.length] : [], many ? numbers : [numbers]);
      },
      matrix: (input, shape, numbers) => setNumbers(node, input, shape, numbers),
      rewrite(op, inputs) {
        const all = node.json.input as string[];
        const data = all.filter((each) => !each.startsWith('^'));
        const made = inputs.map((each) =>
          typeof each === 'number' ? data[each]! : addConstant([each.length], each),
        );
        node.json.op = op;
        node.json.input = [...made, ...all.filter((each) => each.startsWith('^'))];
      },
      correct(input, sizes, wanted) {
        const comes = sizes.map((size, i) => lengthAfter(node, size, lengths, wanted[i]));
        if (wanted.every((want, i) => want === undefined || comes[i] === want)) return;
        const all = comes.map((size, i) => wanted[i] ?? size);
        if (all.every((size) => typeof size === 'number')) {
          setNumbers(node, input, [all.length], all);
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
        const name = fresh();
        const number = addConstant([difference.length], difference);
        list.push({
          name,
          op: 'AddV2',
          input: [(node.json.input as string[]).filter((each) => !each.startsWith('^'))[input]!, number],
          attr: { T: { type: 'DT_INT32' } },
        });
        setInput(node, input, name);
      },
    });
  }
  return { added, changed };
}

/** What an element would come as; undefined where only a run knows and it is given anew. */
function lengthAfter(
  node: GraphNode,
  size: KnownSize | undefined,
  { lengthOf }: Lengths,
  want: number | undefined,
): Dim | undefined {
  try {
    return size?.after(lengthOf);
  } catch (error) {
    if (!(error instanceof LengthUnknown)) throw error;
    if (want !== undefined) return undefined;
    throw new PruneError(
      'unsupported',
      `a shape that node ${quote(node.name)} takes cannot be put right: ${error.message}`,
    );
  }
}

/** How many inputs name a node, in all graphs, since weights of functions are known by the same names. */
function countUses(model: GraphModel): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const count = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const graph of graphsOf(model)) {
    for (const { inputs, name, op } of graph.nodes) {
      for (const input of inputs) count(input.node);
      if (graph !== model.main && op === 'Const') count(name);
    }
    for (const output of graph.outputs) count(output.node);
  }
  return uses;
}
