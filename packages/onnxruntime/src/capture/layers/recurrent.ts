import type { NodeProto } from '@synaprune/onnx';
import { numberAt, readAttributes } from '@synaprune/onnx/graph';
import { type Layer, type LayerBias, placesOf } from './layer.js';

/** Gates by operator. */
const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };

/**
 * The input matrix of a recurrent layer (input 1, `[directions, gates · units, inputs]`), or its recurrent one
 * (input 2, `[directions, gates · units, units]`), which reads the hidden states of the step before.
 */
export function recurrentLayer(
  tensor: string,
  node: NodeProto,
  at: 1 | 2,
  shape: readonly number[],
  biasTensor: string | undefined,
): Layer {
  const attributes = readAttributes(node.attribute);
  const [parts, rows, features] = shape as [number, number, number];
  const units = rows / GATES[node.opType]!;
  const backwards = (part: number): boolean => part === 1 || directionOf(node) === 'reverse';
  const batchFirst = numberAt(attributes, 'layout', 0) === 1;
  // The reset gate multiplies what the candidate's row would read.
  const reset = node.opType === 'GRU' && at === 2 && numberAt(attributes, 'linear_before_reset', 0) === 0;
  const bias: LayerBias | undefined =
    biasTensor === undefined
      ? undefined
      : {
          tensor: biasTensor,
          factor: 1,
          indexOf: (part, row) => part * 2 * rows + (at === 1 ? 0 : rows) + row,
        };
  return {
    tensor,
    node,
    parts,
    rows,
    features,
    reads: at === 1 ? { value: node.input[0]! } : { hidden: true },
    ...(bias === undefined ? {} : { bias }),
    ...(reset ? { unfitted: (row: number) => row >= 2 * units } : {}),
    indexOf: (part, row, feature) => (part * rows + row) * features + feature,
    // Hidden states are [steps, directions, batch, units], or [batch, steps, directions, units].
    countOf: (dims) =>
      at === 1 ? dims[0]! * dims[1]! : dims.reduce((all, edge) => all * edge, 1) / units / parts,
    columnsOf({ data, dims }, most) {
      if (at === 1) {
        const places = placesOf(dims[0]! * dims[1]!, most);
        const columns = new Float32Array(places.length * features);
        places.forEach((place, sample) => {
          for (let i = 0; i < features; i += 1) columns[sample * features + i] = data[place * features + i]!;
        });
        return Array.from({ length: parts }, () => columns);
      }
      const [steps, batch] = batchFirst ? [dims[1]!, dims[0]!] : [dims[0]!, dims[2]!];
      const places = placesOf(steps * batch, most);
      return Array.from({ length: parts }, (_, part) => {
        const columns = new Float32Array(places.length * features);
        places.forEach((place, sample) => {
          const step = Math.floor(place / batch) + (backwards(part) ? 1 : -1);
          // Before the first step lie the initial states: zeros unless given, and one step of many.
          if (step < 0 || step >= steps) return;
          const line = place % batch;
          const from = batchFirst
            ? ((line * steps + step) * parts + part) * features
            : ((step * parts + part) * batch + line) * features;
          for (let i = 0; i < features; i += 1) columns[sample * features + i] = data[from + i]!;
        });
        return columns;
      });
    },
  };
}

function directionOf({ attribute }: NodeProto): string {
  const value = readAttributes(attribute).direction;
  return typeof value === 'string' ? value : 'forward';
}
