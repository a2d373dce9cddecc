import type { Lengths } from '@synaprune/axes';
import {
  create,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  tensorFromFloat32,
  tensorToFloat32,
} from '@synaprune/onnx';
import { type GraphNames, namesOf, numberAt, readAttributes } from '@synaprune/onnx/graph';
import type { Analysis } from '../analysis/analyse.js';
import type { KnownNumbers } from './carried.js';
import type { WalkedModel } from './walk-model.js';

/** What a node has to add because what it read is gone. */
export interface Fold {
  readonly node: NodeProto;
  /** The axis of what it gives that the amounts lie along, and how many axes there are. */
  readonly at: number;
  readonly rank: number;
  /** For what stays of that axis, ascending. */
  readonly amounts: Float64Array;
  /** Of the tensor that it adds already, where all of it is known: its elements for what stays. */
  readonly bias: Float32Array | undefined;
}

/**
 * What nodes have to add once channels are gone that carry one number everywhere. To be asked before the model is cut.
 *
 * @param gone of each channel, numbered through all groups, whether it is removed
 */
export function foldsOf(
  { needs, carried }: WalkedModel,
  { followed }: Analysis,
  { gone, keptOf }: { readonly gone: Uint8Array } & Pick<Lengths, 'keptOf'>,
): Fold[] {
  return needs.products.flatMap(({ node, rows, columns, amounts }): Fold[] => {
    const channels = needs.channelsOf(columns);
    if (rows === undefined || channels === undefined) return [];
    const all = amounts((column) => channels[column]! >= 0 && gone[channels[column]!] === 1);
    const stays = keptOf(rows.axis) ?? all.map((_, i) => i);
    const own = Float64Array.from(stays, (row) => all[row]!);
    if (own.every((amount) => amount === 0)) return [];
    const numbers = carried.get(node.input[2] ?? '')?.numbers();
    return [
      {
        node,
        at: rows.at,
        rank: followed.values.get(node.output[0]!)!.axes.length,
        amounts: own,
        bias: biasOf(numbers, all.length, stays),
      },
    ];
  });
}

/** A bias with one element a row, in the order of the rows. */
function biasOf(
  numbers: KnownNumbers | undefined,
  rows: number,
  stays: ArrayLike<number>,
): Float32Array | undefined {
  if (numbers === undefined || numbers.type !== 'float32' || numbers.data.length !== rows) return undefined;
  if ((numbers.shape.at(-1) ?? 1) !== rows) return undefined;
  return Float32Array.from(stays, (row) => numbers.data[row]!);
}

/** Adds what was folded to the biases of a graph that was cut; where there is none, one is added. */
export function addFolds(graph: GraphProto, folds: readonly Fold[], { followed }: Analysis): void {
  if (folds.length === 0) return;
  const names = namesOf(graph);
  const tensorOf = (name: string): TensorProto | undefined => {
    const message = followed.values.get(name)?.tensor?.message;
    // Others may read it, or feed it.
    const own = names.uses(name) === 1 && !graph.input.some((input) => input.name === name);
    return own && message?.dataType === TensorProto_DataType.FLOAT ? message : undefined;
  };
  for (const fold of folds) {
    const { node } = fold;
    switch (node.opType) {
      case 'Conv':
      case 'FusedConv':
      case 'ConvTranspose':
        addToInput(graph, fold, { tensorOf, names, factor: 1 });
        break;
      case 'Gemm': {
        const beta = numberAt(readAttributes(node.attribute), 'beta', 1);
        const has = (node.input[2] ?? '') !== '';
        const lies = fold.at === 1 && (!has || (fold.bias !== undefined && beta !== 0));
        if (lies) addToInput(graph, fold, { tensorOf, names, factor: has ? beta : 1 });
        else addBehind(graph, fold, names);
        break;
      }
      default:
        addToSum(graph, fold, { tensorOf, names });
    }
  }
}

interface Adding {
  readonly tensorOf: (name: string) => TensorProto | undefined;
  readonly names: GraphNames;
}

/** To the third input, which is multiplied by a factor. */
function addToInput(
  graph: GraphProto,
  { node, amounts, bias }: Fold,
  { tensorOf, names, factor }: Adding & { readonly factor: number },
): void {
  const name = node.input[2] ?? '';
  const tensor = tensorOf(name);
  const shares = amounts.map((amount) => amount / factor);
  if (tensor !== undefined) {
    addTo(tensor, shares);
    return;
  }
  const sum = Float32Array.from(shares, (amount, i) => amount + (bias?.[i] ?? 0));
  const fresh = names.fresh(`${node.output[0]}/bias`);
  graph.initializer.push(tensorFromFloat32(fresh, sum, [sum.length]));
  while (node.input.length <= 2) node.input.push('');
  node.input[2] = fresh;
  if (name === '' && node.opType === 'Gemm') {
    node.attribute = node.attribute.filter((attribute) => attribute.name !== 'beta');
  }
}

function addTo(tensor: TensorProto, amounts: Float64Array): void {
  const before = tensorToFloat32(tensor);
  const after = before.map((value, i) => value + amounts[i]!);
  tensor.rawData = tensorFromFloat32('', after, [after.length]).rawData;
  tensor.floatData = [];
}

/** To what is added behind a product, where that is one number a row. */
function addToSum(graph: GraphProto, fold: Fold, { tensorOf, names }: Adding): void {
  const { node, at, rank, amounts } = fold;
  const output = node.output[0]!;
  const reader = graph.node.find(({ input }) => input.includes(output));
  if (names.uses(output) === 1 && reader?.opType === 'Add' && reader.domain === '' && at === rank - 1) {
    const tensor = tensorOf(reader.input.find((name) => name !== output)!);
    const dims = tensor?.dims.map(Number);
    if (
      tensor !== undefined &&
      dims?.at(-1) === amounts.length &&
      dims.reduce((a, b) => a * b, 1) === amounts.length
    ) {
      addTo(tensor, amounts);
      return;
    }
  }
  addBehind(graph, fold, names);
}

/** In a node of its own. */
function addBehind(graph: GraphProto, { node, at, rank, amounts }: Fold, names: GraphNames): void {
  const output = node.output[0]!;
  const [before, added] = [names.fresh(`${output}/before_bias`), names.fresh(`${output}/bias`)];
  const shape = Array.from({ length: rank - at }, (_, i) => (i === 0 ? amounts.length : 1));
  graph.initializer.push(tensorFromFloat32(added, Float32Array.from(amounts), shape));
  node.output[0] = before;
  const sum = create(NodeProtoSchema, {
    opType: 'Add',
    name: names.fresh(`${output}/add_bias`),
    input: [before, added],
    output: [output],
  });
  graph.node.splice(graph.node.indexOf(node) + 1, 0, sum);
}
