import {
  type HostTensor,
  lastAxisRows,
  type Part,
  type PartSource,
  type Product,
  type Reading,
  shapeOf,
  sizeOf,
  stridedRows,
  wholeProduct,
} from './part.js';

/** A cell of a simple recurrent layer or an LSTM: one product with the input and the state of before. */
export function recurrentPart(source: PartSource): Part {
  const [inputs, rows] = shapeOf(source.weights, 'kernel') as [number, number];
  const [units] = shapeOf(source.weights, 'recurrent_kernel') as [number];
  const blocks = [lastAxisRows('kernel', inputs, rows), lastAxisRows('recurrent_kernel', units, rows)];
  const turn = [wholeProduct(rows, 1, blocks, source.weights)];
  return {
    ...source,
    turns: [turn, turn],
    recalled: true,
    samples: countRows,
    columns: (_, [input, state], most) => [sideBySide(taken(input!, most), taken(state!, most))],
  };
}

/** A cell of a GRU, whose candidate reads the state through a gate; `undefined` where that is by an unknown function. */
export function gruPart(source: PartSource): Part | undefined {
  const gate = GATES[String(source.config.recurrentActivation).toLowerCase().replaceAll('_', '')];
  if (gate === undefined || source.config.resetAfter === true) return undefined;
  const [inputs, rows] = shapeOf(source.weights, 'kernel') as [number, number];
  const units = rows / 3;
  const product = (first: number, count: number): Product => {
    const part = (role: string, features: number) => ({
      role,
      features,
      at: (row: number, feature: number) => feature * rows + first + row,
    });
    return {
      rows: count,
      rowAxis: 1,
      firstRow: first,
      blocks: [part('kernel', inputs), part('recurrent_kernel', units)],
      ...(source.weights.has('bias') ? { bias: (row: number) => first + row } : {}),
    };
  };
  const turn = [product(0, 2 * units), product(2 * units, units)];
  return {
    ...source,
    turns: [turn, turn],
    recalled: true,
    samples: countRows,
    columns(_, [input, state], most, read) {
      const [x, h] = [taken(input!, most), taken(state!, most)];
      const columns = sideBySide(x, h);
      const bias = source.weights.has('bias') ? read('bias') : new Float32Array(rows);
      const reset = resets(columns, { read, inputs, units, bias }, gate);
      const through = { ...h, values: h.values.map((value, i) => value * reset[i]!) };
      return [columns, sideBySide(x, through)];
    },
  };
}

const GATES: Readonly<Record<string, (x: number) => number>> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardsigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
};

interface Reset {
  readonly read: Reading;
  readonly inputs: number;
  readonly units: number;
  readonly bias: Float32Array;
}

/** What the reset gate lets through of each state: `[samples, units]`. */
function resets(
  columns: Float32Array,
  { read, inputs, units, bias }: Reset,
  gate: (x: number) => number,
): Float32Array {
  const [kernel, recurrent] = [read('kernel'), read('recurrent_kernel')];
  const width = inputs + units;
  const samples = columns.length / width;
  const opened = new Float32Array(samples * units);
  for (let s = 0; s < samples; s += 1) {
    for (let unit = 0; unit < units; unit += 1) {
      let sum = bias[units + unit]!;
      for (let j = 0; j < inputs; j += 1)
        sum += columns[s * width + j]! * kernel[j * 3 * units + units + unit]!;
      for (let j = 0; j < units; j += 1) {
        sum += columns[s * width + inputs + j]! * recurrent[j * 3 * units + units + unit]!;
      }
      opened[s * units + unit] = gate(sum);
    }
  }
  return opened;
}

const countRows: Part['samples'] = ([shape]) => sizeOf(shape!.slice(0, -1));

function taken({ values, shape }: HostTensor, most: number): { values: Float32Array; width: number } {
  const width = shape[shape.length - 1]!;
  return { values: stridedRows(values, width, most), width };
}

interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

function sideBySide(a: Rows, b: Rows): Float32Array {
  const width = a.width + b.width;
  const samples = a.values.length / a.width;
  const joined = new Float32Array(samples * width);
  for (let s = 0; s < samples; s += 1) {
    joined.set(a.values.subarray(s * a.width, (s + 1) * a.width), s * width);
    joined.set(b.values.subarray(s * b.width, (s + 1) * b.width), s * width + a.width);
  }
  return joined;
}
