import { viewOf } from '../elements/codec.js';
import type { Graph, Operator, Tensor } from '../model/model.js';
import { padded, type WindowView, windowOf } from '../model/window.js';

/** An operator as XNNPACK gets it: what is made of constants is one, and a `PAD` is part of the convolution behind it. */
export interface Node {
  readonly operator: Operator;
  /** Tensors that it reads, those of a `PAD` that became its own in the place of what that gives; constants left out. */
  readonly reads: readonly number[];
  readonly window: WindowView | undefined;
  /** The `PAD` that is part of it. */
  readonly pad: Operator | undefined;
  /** The constant behind an input, through `DEQUANTIZE` and `DENSIFY`: the tensor that has the data. */
  readonly constants: readonly (Tensor | undefined)[];
}

/** How a subgraph's operators hang together for XNNPACK. */
export interface NodeView {
  readonly nodes: readonly Node[];
  /** How many nodes read a tensor; an output of the subgraph counts as one. */
  readonly readers: ReadonlyMap<number, number>;
}

/** Before and behind, of height and width. */
export interface PadAmounts {
  readonly height: readonly [number, number];
  readonly width: readonly [number, number];
}

const STATIC: ReadonlySet<string> = new Set(['DEQUANTIZE', 'DENSIFY']);
const CONVOLUTIONS: ReadonlySet<string> = new Set(['CONV_2D', 'DEPTHWISE_CONV_2D']);

export function viewNodes(graph: Graph): NodeView {
  const constants = new Map<number, Tensor>();
  for (const tensor of graph.tensors) if (tensor.data !== undefined) constants.set(tensor.index, tensor);
  const live = graph.operators.filter(({ op, inputs, outputs }) => {
    const source = constants.get(inputs[0] ?? -1);
    if (!STATIC.has(op) || source === undefined) return true;
    for (const output of outputs) constants.set(output, source);
    return false;
  });
  const readers = countReaders(graph, live, constants);
  const pads = new Map<number, Operator>();
  for (const operator of live) {
    const [from = -1] = operator.inputs;
    if (operator.op === 'PAD' && from >= 0 && padAmounts(graph, operator) !== undefined) {
      pads.set(operator.outputs[0]!, operator);
    }
  }
  const fused = new Set<Operator>();
  const nodes = live.map((operator): Node => {
    const { op, inputs } = operator;
    const given = inputs.map((input) => constants.get(input));
    const reads = inputs.filter((input, i) => input >= 0 && given[i] === undefined);
    const window = windowOf(graph, operator);
    const pad = pads.get(inputs[0] ?? -1);
    const amounts = pad && padAmounts(graph, pad);
    const alone = readers.get(inputs[0] ?? -1) === 1;
    if (
      !CONVOLUTIONS.has(op) ||
      amounts === undefined ||
      pad === undefined ||
      window?.padding !== 'valid' ||
      !alone
    ) {
      return { operator, reads, window, pad: undefined, constants: given };
    }
    fused.add(pad);
    return {
      operator,
      reads: [pad.inputs[0]!],
      window: {
        ...window,
        height: padded(window.height, ...amounts.height),
        width: padded(window.width, ...amounts.width),
      },
      pad,
      constants: given,
    };
  });
  return { nodes: nodes.filter(({ operator }) => !fused.has(operator)), readers };
}

/** What a `PAD` puts around height and width, where it puts zeros there and nowhere else; undefined for others. */
export function padAmounts(graph: Graph, { inputs }: Operator): PadAmounts | undefined {
  const amounts = graph.tensors[inputs[1] ?? -1];
  if (amounts?.data === undefined || amounts.shape.join() !== '4,2') return undefined;
  if (amounts.type !== 'int32' && amounts.type !== 'int64') return undefined;
  const view = viewOf(amounts.data);
  const list = Array.from({ length: 8 }, (_, i) =>
    amounts.type === 'int32' ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true)),
  );
  const [first, second, top = 0, bottom = 0, left = 0, right = 0, seventh, eighth] = list;
  const others = [first, second, seventh, eighth].some((each) => each !== 0);
  if (others || [top, bottom, left, right].some((each) => each < 0)) return undefined;
  return { height: [top, bottom], width: [left, right] };
}

function countReaders(
  graph: Graph,
  operators: readonly Operator[],
  constants: ReadonlyMap<number, Tensor>,
): Map<number, number> {
  const readers = new Map<number, number>();
  const count = (tensor: number) => {
    if (tensor >= 0 && !constants.has(tensor)) readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  };
  for (const { inputs } of operators) for (const input of inputs) count(input);
  for (const output of graph.outputs) count(output);
  return readers;
}
