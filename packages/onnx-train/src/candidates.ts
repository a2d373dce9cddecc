import type { NodeProto } from './messages.js';
import type { SourceModel } from './read-model.js';
import { sizeOf } from './value.js';

/** Inputs that are kernels, by operator. */
const kernels: Readonly<Record<string, readonly number[]>> = {
  Conv: [1],
  ConvTranspose: [1],
  Gemm: [0, 1],
  MatMul: [0, 1],
  Einsum: [0, 1],
  LSTM: [1, 2],
  GRU: [1, 2],
  RNN: [1, 2],
};

/** Inputs that are weights but no kernels, also those of a single element. */
const parameters: Readonly<Record<string, readonly number[]>> = {
  Conv: [2],
  ConvTranspose: [2],
  Gemm: [2],
  LSTM: [3],
  GRU: [3],
  RNN: [3],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  GroupNormalization: [1, 2],
  RMSNormalization: [1],
  PRelu: [1],
  Gather: [0],
};

/** Inputs that are settings or statistics, never weights. */
const settings: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Dropout: [1],
  Resize: [1, 2],
  Upsample: [1],
};

/** Inputs that are settings unless the caller names them to be trained: the exponent of GeM pooling is one. */
const adjustable: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Pow: [1],
  Pad: [2],
};

const views = new Set([
  'Identity',
  'Transpose',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Slice',
  'Concat',
  'Split',
]);
const arithmetic = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** A tensor that may be trained, and whether it is a kernel. */
export interface WeightCandidate {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kernel: boolean;
  /** Whether it is trained unless the caller says otherwise. */
  readonly byDefault: boolean;
}

/** The float32 tensors that nodes read as something to train, in the model's order. */
export function findCandidates(model: SourceModel): readonly WeightCandidate[] {
  const readers = readersOf(model);
  return [...model.tensors].flatMap(([name, tensor]) => {
    if (tensor.dataType !== 1) return [];
    const shape = tensor.dims.map(Number);
    const uses = usesOf(name, readers);
    if (uses.has('setting') || uses.size === 0) return [];
    const several = sizeOf(shape) > 1;
    // A bias of one unit is as large as the 0.5 of an activation: only what is added to a product is a bias.
    const weight =
      uses.has('kernel') || uses.has('parameter') || (uses.has('arithmetic') && several) || uses.has('bias');
    const byDefault = weight && !uses.has('adjustable');
    return [{ name, shape, kernel: uses.has('kernel') && shape.length > 1, byDefault }];
  });

  /** How a tensor is used, directly and through what only moves its elements. */
  function usesOf(name: string, all: ReadonlyMap<string, readonly [NodeProto, number][]>): Set<string> {
    const uses = new Set<string>();
    const seen = new Set([name]);
    for (const value of seen) {
      for (const [node, index] of all.get(value) ?? []) {
        const op = node.opType;
        if (kernels[op]?.includes(index)) uses.add('kernel');
        else if (parameters[op]?.includes(index)) uses.add('parameter');
        else if (settings[op]?.includes(index)) uses.add('setting');
        else if (adjustable[op]?.includes(index)) uses.add('adjustable');
        else if (arithmetic.has(op)) uses.add(isBias(node, index) ? 'bias' : 'arithmetic');
        else if (views.has(op) && index === 0) for (const output of node.output) seen.add(output);
        else if (op === 'Concat') for (const output of node.output) seen.add(output);
        else uses.add('other');
      }
    }
    return uses;
  }

  function isBias(node: NodeProto, index: number): boolean {
    const producer =
      node.opType === 'Add' ? model.producers.get(node.input[1 - index] ?? '')?.opType : undefined;
    return producer !== undefined && kernels[producer] !== undefined;
  }
}

function readersOf({ message }: SourceModel): Map<string, [NodeProto, number][]> {
  const readers = new Map<string, [NodeProto, number][]>();
  for (const node of message.graph!.node) {
    node.input.forEach((name, index) => {
      const list = readers.get(name) ?? [];
      list.push([node, index]);
      readers.set(name, list);
    });
  }
  return readers;
}
