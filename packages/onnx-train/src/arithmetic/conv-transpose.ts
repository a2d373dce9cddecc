import { type Graph, spans, type Value, type Windows, windowAttributes } from '@synaprune/onnx/graph';
import { pad, reshape } from './arithmetic.js';

/**
 * ConvTranspose with the shape of its result given. Some runtimes on WebGPU compute it wrongly for several
 * groups of an even number of input channels and one output channel each: those get one more channel, of zeros.
 */
export function convTranspose(
  graph: Graph,
  x: Value,
  w: Value,
  windows: Windows,
  group: number,
  spatial: readonly number[],
): Value {
  const reach = spans(windows);
  const outputPadding = spatial.map(
    (size, axis) =>
      size -
      ((x.shape[axis + 2]! - 1) * windows.strides[axis]! +
        reach[axis]! -
        windows.before[axis]! -
        windows.after[axis]!),
  );
  const attributes = { ...windowAttributes(windows), group, output_padding: outputPadding };
  const channels = x.shape[1]! / group;
  if (group === 1 || channels % 2 === 1 || w.shape[1] !== 1)
    return graph.add('ConvTranspose', [x, w], attributes);
  const widen = (value: Value, axis: number) => {
    const [front, back] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
    const grouped = reshape(graph, value, [...front, group, channels, ...back]);
    const none = grouped.shape.map(() => 0);
    const one = grouped.shape.map((_, at) => (at === axis + 1 ? 1 : 0));
    return reshape(graph, pad(graph, grouped, none, one), [...front, group * (channels + 1), ...back]);
  };
  return graph.add('ConvTranspose', [widen(x, 1), widen(w, 0)], attributes);
}
