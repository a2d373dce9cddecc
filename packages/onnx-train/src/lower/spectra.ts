import { numberAt, type Value } from '@synaprune/onnx/graph';
import {
  add,
  concat,
  expand,
  multiply,
  negate,
  range,
  reshape,
  slice,
  subtract,
  transpose,
} from '../arithmetic/arithmetic.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { TrainingGraph } from '../tape/tape.js';
import type { Lowering } from './lowering.js';

interface Transform {
  readonly axis: number;
  readonly length: number;
  readonly onesided: boolean;
  readonly inverse: boolean;
}

/** A matrix of one number for each element and each frequency; what lies beyond the length is not read. */
function table(
  graph: TrainingGraph,
  like: Value,
  [rows, columns]: readonly [number, number],
  entry: (row: number, column: number) => number,
): Value {
  listable(graph, rows * columns, 'the table of a Fourier transform');
  const numbers = range(rows).flatMap((row) => range(columns).map((column) => entry(row, column)));
  return graph.constant({ type: like.type, shape: [rows, columns] }, numbers);
}

/**
 * A discrete Fourier transform along an axis as products with tables of waves. The last axis has the real part, and
 * the imaginary one where there is one.
 */
function transform(graph: TrainingGraph, x: Value, settings: Transform): Value {
  const { axis, length, onesided, inverse } = settings;
  const rank = x.shape.length;
  const rows = x.shape[axis]!;
  const half = Math.floor(length / 2) + 1;
  const columns = onesided && !inverse ? half : length;
  // The angle of a whole number of turns, exactly: large products lose digits.
  const angle = (row: number, column: number) => (2 * Math.PI * ((row * column) % length)) / length;
  // Half of the frequencies stand for the other half too, but for the first and the middle one.
  const twice = (row: number) => (row === 0 || 2 * row === length ? 1 : 2);
  const read = onesided && inverse ? half : length;
  const weigh = (row: number) =>
    row >= read ? 0 : (inverse ? 1 / length : 1) * (onesided && inverse ? twice(row) : 1);
  const waves = (wave: (angle: number) => number) =>
    table(graph, x, [rows, columns], (row, column) => weigh(row) * wave(angle(row, column)));
  const [cosines, sines] = [waves(Math.cos), waves(Math.sin)];
  const order = [...range(rank - 1).filter((other) => other !== axis), axis];
  const part = (at: number): Value | undefined => {
    if (at >= x.shape[rank - 1]!) return undefined;
    const only = slice(graph, x, [rank - 1], [at], [at + 1]);
    return transpose(graph, reshape(graph, only, x.shape.slice(0, -1)), order);
  };
  const [real, imaginary] = [part(0)!, part(1)];
  const times = (value: Value, factor: Value) => graph.add('MatMul', [value, factor]);
  const realSines = () => times(real, sines);
  let re = times(real, cosines);
  let im: Value | undefined;
  if (imaginary !== undefined) {
    const turned = times(imaginary, sines);
    re = inverse ? subtract(graph, re, turned) : add(graph, re, turned);
  }
  if (!(onesided && inverse)) {
    const own = inverse ? realSines() : negate(graph, realSines());
    im = imaginary === undefined ? own : add(graph, times(imaginary, cosines), own);
  }
  const back = range(rank - 1).map((other) => order.indexOf(other));
  const parts = [re, ...(im ? [im] : [])].map((value) => {
    const lined = transpose(graph, value, back);
    return reshape(graph, lined, [...lined.shape, 1]);
  });
  return concat(graph, parts, rank - 1);
}

const fourier: Lowering = ({ graph }, { inputs, attributes, opset }) => {
  const [x, lengthInput, axisInput] = inputs as [Value, Value | undefined, Value | undefined];
  const rank = x.shape.length;
  const declared = axisInput
    ? known(graph, axisInput, 'axis')[0]!
    : numberAt(attributes, 'axis', opset < 20 ? 1 : -2);
  const [axis] = frontAxes(graph, [declared], rank) as [number];
  if (axis === rank - 1) return graph.bad('its axis holds the real and the imaginary part');
  const onesided = numberAt(attributes, 'onesided', 0) !== 0;
  const inverse = numberAt(attributes, 'inverse', 0) !== 0;
  const size = x.shape[axis]!;
  const length = lengthInput
    ? known(graph, lengthInput, 'length')[0]!
    : onesided && inverse
      ? 2 * (size - 1)
      : size;
  return [transform(graph, x, { axis, length, onesided, inverse })];
};

/** Frames of a signal, each times a window, and the transform of each. */
const shortTimeFourier: Lowering = ({ graph }, { inputs, attributes }) => {
  const [given, stepInput, window, lengthInput] = inputs as [Value, Value, Value?, Value?];
  const signal = given.shape.length === 2 ? reshape(graph, given, [...given.shape, 1]) : given;
  const step = known(graph, stepInput, 'frame step')[0]!;
  const length = lengthInput ? known(graph, lengthInput, 'frame length')[0]! : window?.shape[0];
  if (length === undefined || (window && window.shape[0] !== length)) {
    return graph.bad('a frame is as long as its window, and one of them has to say how long');
  }
  if (window && signal.shape[2] === 2) {
    return graph.unsupported(
      'STFT of a complex signal under a window: runtimes differ in what the window is of',
      'export the real part and the imaginary one apart',
    );
  }
  const count = Math.floor((signal.shape[1]! - length) / step) + 1;
  listable(graph, count * length, 'the frames');
  const places = range(count).flatMap((frame) => range(length).map((at) => frame * step + at));
  const indices = reshape(graph, graph.integers(places), [count, length]);
  const frames = graph.add('Gather', [signal, indices], { axis: 1 });
  const weighted = window ? multiply(graph, frames, reshape(graph, window, [length, 1])) : frames;
  const onesided = numberAt(attributes, 'onesided', 1) !== 0;
  return [transform(graph, weighted, { axis: 2, length, onesided, inverse: false })];
};

/** Axes `[batch, steps, heads·size]` as `[batch, heads, steps, size]`. */
function heads(graph: TrainingGraph, value: Value, count: number): Value {
  const [batch, steps, width] = value.shape as [number, number, number];
  return transpose(graph, reshape(graph, value, [batch, steps, count, width / count]), [0, 2, 1, 3]);
}

/** Step by step, as it is defined: a state that fades, is corrected, written to and read. */
const linearAttention: Lowering = ({ graph }, { inputs, attributes }) => {
  const [q, k, v, past, decay, beta] = inputs as [Value, Value, Value, Value?, Value?, Value?];
  const [readers, writers] = [
    numberAt(attributes, 'q_num_heads', 1),
    numberAt(attributes, 'kv_num_heads', 1),
  ];
  const [batch, steps, width] = q.shape as [number, number, number];
  const keySize = width / readers;
  const [queries, keys, values] = [
    heads(graph, q, readers),
    heads(graph, k, writers),
    heads(graph, v, writers),
  ];
  const size = values.shape[3]!;
  const scale = numberAt(attributes, 'scale', 0) || 1 / Math.sqrt(keySize);
  const fades = decay && graph.add('Exp', [heads(graph, decay, writers)]);
  const rates =
    beta && transpose(graph, reshape(graph, beta, [batch, steps, beta.shape[2]!, 1]), [0, 2, 1, 3]);
  const at = (value: Value, step: number) => slice(graph, value, [2], [step], [step + 1]);
  const column = (value: Value) =>
    reshape(graph, value, [value.shape[0]!, value.shape[1]!, value.shape[3]!, 1]);
  let state = past ?? expand(graph, graph.scalar(0, q.type), [batch, writers, keySize, size]);
  const outputs = range(steps).map((step) => {
    const key = at(keys, step);
    let value = at(values, step);
    if (fades) state = multiply(graph, state, column(at(fades, step)));
    if (rates) {
      const retrieved = graph.add('MatMul', [key, state]);
      value = multiply(graph, at(rates, step), subtract(graph, value, retrieved));
    }
    state = add(graph, state, graph.add('MatMul', [column(key), value]));
    const query = reshape(graph, at(queries, step), [batch, writers, readers / writers, keySize]);
    const read = multiply(graph, graph.add('MatMul', [query, state]), scale);
    return reshape(graph, read, [batch, 1, readers * size]);
  });
  return [concat(graph, outputs, 1), state];
};

/** Rewrites of transforms of signals and sequences. */
export const spectrumLowerings: Readonly<Record<string, Lowering>> = {
  DFT: fourier,
  STFT: shortTimeFourier,
  LinearAttention: linearAttention,
};
