import { elementsOf, quote } from '@synaprune/core/checks';
import {
  type Attributes,
  type Graph,
  listAt,
  numberAt,
  spans,
  textAt,
  type Value,
  type Windows,
  windowAttributes,
  windowsOf,
} from '@synaprune/onnx/graph';
import { add, pad, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import { convTranspose } from '../arithmetic/conv-transpose.js';
import type { Lowering } from './lowering.js';

/** Windows with the padding spelled out that `auto_pad` asks for: as many windows as strides fit. */
export function paddedWindows(
  graph: Graph,
  x: Value,
  attributes: Attributes,
  kernel: readonly number[],
): Windows {
  const declared = windowsOf(attributes, kernel);
  const mode = textAt(attributes, 'auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return declared;
  const none = kernel.map(() => 0);
  if (mode === 'VALID') return { ...declared, before: none, after: none };
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER')
    return graph.bad(`auto_pad is NOTSET, VALID, SAME_UPPER or SAME_LOWER, got ${quote(mode)}`);
  const total = spans(declared).map((span, dimension) => {
    const size = x.shape[dimension + 2]!;
    const stride = declared.strides[dimension]!;
    return Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
  });
  return share(declared, total, mode === 'SAME_UPPER');
}

/** Padding on both sides; an odd one more goes to the end, or the start. */
function share(windows: Windows, total: readonly number[], toEnd: boolean): Windows {
  const small = total.map((count) => Math.floor(count / 2));
  const large = total.map((count) => Math.ceil(count / 2));
  return { ...windows, before: toEnd ? small : large, after: toEnd ? large : small };
}

const conv: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, w, bias] = inputs as [Value, Value, Value | undefined];
  const windows = paddedWindows(graph, x, attributes, w.shape.slice(2));
  const group = numberAt(attributes, 'group', 1);
  return [graph.add('Conv', bias ? [x, w, bias] : [x, w], { ...windowAttributes(windows), group })];
};

const transposed: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, w, bias] = inputs as [Value, Value, Value | undefined];
  const declared = windowsOf(attributes, w.shape.slice(2));
  const extra = listAt(attributes, 'output_padding') ?? declared.kernel.map(() => 0);
  const unpadded = spans(declared).map(
    (span, dimension) =>
      (x.shape[dimension + 2]! - 1) * declared.strides[dimension]! + span + extra[dimension]!,
  );
  const mode = textAt(attributes, 'auto_pad', 'NOTSET');
  const same = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
  const wanted =
    listAt(attributes, 'output_shape')?.slice(-declared.kernel.length) ??
    (same ? declared.strides.map((stride, dimension) => stride * x.shape[dimension + 2]!) : undefined);
  let windows = declared;
  if (wanted)
    windows = share(
      declared,
      unpadded.map((size, at) => Math.max(size - wanted[at]!, 0)),
      mode === 'SAME_UPPER',
    );
  else if (mode === 'VALID') windows = { ...declared, before: extra.map(() => 0), after: extra.map(() => 0) };
  const spatial = wanted ?? unpadded.map((size, at) => size - windows.before[at]! - windows.after[at]!);
  const y = convTranspose(graph, x, w, windows, numberAt(attributes, 'group', 1), spatial);
  if (bias === undefined) return [y];
  return [add(graph, y, reshape(graph, bias, [...bias.shape, ...range(windows.kernel.length).map(() => 1)]))];
};

/** The gradient of a pool has a few nodes for each element of its window. */
const LARGEST_WINDOW = 1024;

/** How far the last window along each axis reaches beyond the padding, where `ceil_mode` keeps it. */
export function overhang(x: Value, windows: Windows): readonly number[] {
  const reach = spans(windows);
  return reach.map((span, at) => {
    const padded = x.shape[at + 2]! + windows.before[at]! + windows.after[at]!;
    const stride = windows.strides[at]!;
    const last = Math.ceil((padded - span) / stride) * stride;
    // A window that would begin in the padding behind is left out.
    const begins = last >= x.shape[at + 2]! + windows.before[at]! ? last - stride : last;
    return Math.max(begins + span - padded, 0);
  });
}

const pool: Lowering = ({ graph }, { op, inputs, attributes }) => {
  const kernel = listAt(attributes, 'kernel_shape') ?? graph.bad('kernel_shape is missing');
  let x = inputs[0]!;
  let windows = paddedWindows(graph, x, attributes, kernel);
  let countsPadding = numberAt(attributes, 'count_include_pad', 0);
  const over = numberAt(attributes, 'ceil_mode', 0) ? overhang(x, windows) : kernel.map(() => 0);
  if (over.some((count) => count > 0)) {
    // Padding counts and what lies beyond it does not: made of zeros that are elements like others.
    if (op === 'AveragePool' && countsPadding) {
      x = pad(graph, x, [0, 0, ...windows.before], [0, 0, ...windows.after]);
      const none = kernel.map(() => 0);
      windows = { ...windows, before: none, after: none };
      countsPadding = 0;
    }
    windows = { ...windows, after: windows.after.map((count, at) => count + over[at]!) };
  }
  const whole = kernel.every((size, at) => size === x.shape[at + 2]);
  if (whole && [...windows.before, ...windows.after].every((count) => count === 0)) {
    return [
      reduce(
        graph,
        op === 'AveragePool' ? 'ReduceMean' : 'ReduceMax',
        x,
        range(x.shape.length).slice(2),
        true,
      ),
    ];
  }
  if (elementsOf(kernel) > LARGEST_WINDOW) {
    graph.unsupported(
      `${op} with a window of ${elementsOf(kernel)} elements has no gradient rule, of up to ${LARGEST_WINDOW} it has`,
      'pool over all of an axis (GlobalAveragePool, ReduceMax), or in two steps',
    );
  }
  const counts = op === 'AveragePool' ? { count_include_pad: countsPadding } : {};
  const dilated = windows.dilations.some((dilation) => dilation > 1);
  if (dilated && op === 'AveragePool' && graph.opset < 19) return graph.bad('dilations came with version 19');
  const { dilations, ...others } = windowAttributes(windows);
  return [
    graph.add(op, [x], {
      kernel_shape: kernel,
      ...others,
      ...(dilated ? { dilations } : {}),
      ...counts,
    } as Attributes),
  ];
};

/** Rewrites of operators that slide windows. */
export const windowLowerings: Readonly<Record<string, Lowering>> = {
  Conv: conv,
  ConvTranspose: transposed,
  MaxPool: pool,
  AveragePool: pool,
};
