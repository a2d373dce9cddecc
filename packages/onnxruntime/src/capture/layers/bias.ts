import type { NodeProto, TensorProto } from '@synaprune/onnx';
import { numberAt, readAttributes } from '@synaprune/onnx/graph';
import { type ModelGraph, namesRead } from '../model-graph.js';
import type { LayerBias } from './layer.js';

/** What reads each name of a model's own graph, outputs of the model as none. */
export type Readers = ReadonlyMap<string, readonly (NodeProto | 'output')[]>;

/** Who reads what. */
export function readersOf({ nodes, message }: ModelGraph): Readers {
  const readers = new Map<string, (NodeProto | 'output')[]>();
  const add = (name: string, reader: NodeProto | 'output') => {
    const known = readers.get(name);
    if (known === undefined) readers.set(name, [reader]);
    else known.push(reader);
  };
  for (const node of nodes) for (const name of namesRead(node)) add(name, node);
  for (const { name } of message.graph?.output ?? []) add(name, 'output');
  return readers;
}

/**
 * The tensor that shifts what a layer gives: its own bias, that of an `Add` behind it, or the mean of a
 * `BatchNormalization`. It shifts nothing else.
 *
 * @param own the input of the node that is its bias, if it has one
 * @param outputs of the layer, all parts together
 * @param behind axes behind that of the outputs: spatial ones
 */
export function findBias(
  graph: ModelGraph,
  readers: Readers,
  node: NodeProto,
  own: number | undefined,
  { outputs, rows, behind }: { readonly outputs: number; readonly rows: number; readonly behind: number },
): LayerBias | undefined {
  const indexOf = (part: number, row: number) => part * rows + row;
  const usable = (name: string | undefined): TensorProto | undefined => {
    const tensor = name === undefined ? undefined : graph.tensors.get(name);
    return tensor !== undefined && tensor.dataType === FLOAT && readers.get(name!)?.length === 1
      ? tensor
      : undefined;
  };
  const name = own === undefined ? undefined : node.input[own];
  if (name !== undefined && name !== '') {
    const tensor = usable(name);
    const beta = numberAt(readAttributes(node.attribute), 'beta', 1);
    const fits = tensor !== undefined && beta !== 0 && isVector(tensor, outputs);
    return fits ? { tensor: name, factor: 1 / beta, indexOf } : undefined;
  }
  const [reader, ...others] = readers.get(node.output[0]!) ?? [];
  if (reader === undefined || reader === 'output' || others.length > 0) return undefined;
  if (reader.opType === 'Add') {
    const other = reader.input.find((each) => each !== node.output[0]);
    const tensor = usable(other);
    const shaped = tensor !== undefined && standsAt(tensor, outputs, behind);
    return shaped ? { tensor: other!, factor: 1, indexOf } : undefined;
  }
  if (reader.opType === 'BatchNormalization' && behind > 0 && reader.input[0] === node.output[0]) {
    const tensor = usable(reader.input[3]);
    // In training a batch has a mean of its own.
    const runs = reader.output.filter((each) => each !== '').length === 1;
    if (tensor !== undefined && runs && isVector(tensor, outputs))
      return { tensor: reader.input[3]!, factor: -1, indexOf };
  }
  return undefined;
}

const FLOAT = 1;

/** Whether a tensor is a number for each output, along its last axis. */
function isVector({ dims }: TensorProto, outputs: number): boolean {
  return Number(dims.at(-1) ?? 0) === outputs && dims.slice(0, -1).every((edge) => edge === 1n);
}

/** Whether a tensor is a number for each output, with so many axes behind: `[1, C, 1, 1]` or `[C, 1, 1]`. */
function standsAt({ dims }: TensorProto, outputs: number, behind: number): boolean {
  const at = dims.length - 1 - behind;
  return at >= 0 && dims.every((edge, axis) => Number(edge) === (axis === at ? outputs : 1));
}
