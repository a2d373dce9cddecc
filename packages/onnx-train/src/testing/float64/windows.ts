import { type Attributes, listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import type { TestTensor } from '../models.js';
import { at, gathered, indicesOf, made, type Reference } from './reference.js';

/** Where an element of a window lies in the image, or outside it. */
const placeOf = (axes: readonly Axis[], window: readonly number[], element: readonly number[]) =>
  axes.map(
    ({ stride, dilation, pads: [before] }, axis) =>
      window[axis]! * stride + element[axis]! * dilation - before,
  );

/** Windows that slide over an image. */
interface Windows {
  readonly kernel: readonly number[];
  /** How many there are along each axis. */
  readonly counts: readonly number[];
  place(window: readonly number[], element: readonly number[]): readonly number[];
  /** Whether that is in the image, or else in its padding. */
  covers(place: readonly number[], padded?: boolean): boolean;
}

/** How they slide along one axis. */
interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly span: number;
  readonly pads: readonly [before: number, after: number];
}

/** The axes, padded as `pads` tells, or by `total` where that is told, its half rounded down in front or behind. */
function axesOf(
  sizes: readonly number[],
  kernel: readonly number[],
  attributes: Attributes,
  total: (axis: Axis, at: number) => number | undefined,
  smallerFirst: boolean,
): readonly Axis[] {
  const pads = listAt(attributes, 'pads');
  return kernel.map((length, each) => {
    const stride = listAt(attributes, 'strides')?.[each] ?? 1;
    const dilation = listAt(attributes, 'dilations')?.[each] ?? 1;
    const axis: Axis = {
      size: sizes[each]!,
      stride,
      dilation,
      span: (length - 1) * dilation + 1,
      pads: [pads?.[each] ?? 0, pads?.[each + kernel.length] ?? 0],
    };
    const all = total(axis, each);
    if (all === undefined) return axis;
    const [less, more] = [Math.floor(all / 2), Math.ceil(all / 2)];
    return { ...axis, pads: smallerFirst ? [less, more] : [more, less] };
  });
}

const autoPad = (attributes: Attributes): string => textAt(attributes, 'auto_pad', 'NOTSET');

function windowsOver(sizes: readonly number[], kernel: readonly number[], attributes: Attributes): Windows {
  const pad = autoPad(attributes);
  const axes = axesOf(
    sizes,
    kernel,
    attributes,
    ({ size, stride, span }) =>
      pad.startsWith('SAME') ? Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0) : undefined,
    pad === 'SAME_UPPER',
  );
  const counts = axes.map(({ size, stride, span, pads: [before, after] }) => {
    const last = (size + before + after - span) / stride;
    if (numberAt(attributes, 'ceil_mode', 0) === 0) return Math.floor(last) + 1;
    const count = Math.ceil(last) + 1;
    // The last window starts in the image or before it.
    return (count - 1) * stride >= size + before ? count - 1 : count;
  });
  return {
    kernel,
    counts,
    place: (window, element) => placeOf(axes, window, element),
    covers: (place, padded = false) =>
      axes.every(({ size, pads: [before, after] }, axis) => {
        const [first, end] = padded ? [-before, size + after] : [0, size];
        return place[axis]! >= first && place[axis]! < end;
      }),
  };
}

const conv: Reference = ([x, w, bias], attributes) => {
  const [outputs, each, ...kernel] = w!.shape as [number, number, ...number[]];
  const windows = windowsOver(x!.shape.slice(2), kernel, attributes);
  const share = outputs / numberAt(attributes, 'group', 1);
  return made([x!.shape[0]!, outputs, ...windows.counts], ([batch, output, ...window]) => {
    const first = Math.floor(output! / share) * each;
    let sum = bias?.data[output!] ?? 0;
    for (const element of indicesOf(kernel)) {
      const place = windows.place(window, element);
      if (!windows.covers(place)) continue;
      for (let channel = 0; channel < each; channel++)
        sum += at(x!, [batch!, first + channel, ...place]) * at(w!, [output!, channel, ...element]);
    }
    return sum;
  });
};

const convTranspose: Reference = ([x, w, bias], attributes) => {
  const [batches, channels, ...sizes] = x!.shape as [number, number, ...number[]];
  const [, each, ...kernel] = w!.shape as [number, number, ...number[]];
  const groups = numberAt(attributes, 'group', 1);
  const extra = listAt(attributes, 'output_padding');
  const wanted = listAt(attributes, 'output_shape');
  const pad = autoPad(attributes);
  const full = ({ size, stride, span }: Axis, axis: number) =>
    stride * (size - 1) + (extra?.[axis] ?? 0) + span;
  const axes = axesOf(
    sizes,
    kernel,
    attributes,
    (axis, index) => {
      const result = wanted?.[index] ?? (pad.startsWith('SAME') ? axis.size * axis.stride : undefined);
      return result === undefined ? undefined : full(axis, index) - result;
    },
    pad === 'SAME_UPPER',
  );
  const results = axes.map((axis, index) => full(axis, index) - axis.pads[0] - axis.pads[1]);
  const share = channels / groups;
  return gathered(
    [batches, each * groups, ...results],
    ([, output]) => bias?.data[output!] ?? 0,
    (add) => {
      for (const index of indicesOf(x!.shape)) {
        const [batch, channel, ...from] = index as [number, number, ...number[]];
        const first = Math.floor(channel / share) * each;
        for (const [output, ...element] of indicesOf([each, ...kernel])) {
          const place = placeOf(axes, from, element);
          add([batch, first + output!, ...place], at(x!, index) * at(w!, [channel, output!, ...element]));
        }
      }
    },
  );
};

/** What `pool` makes of the elements that a window covers, and of how many of padding there are. */
const pooled =
  (pool: (elements: readonly number[], padding: number, attributes: Attributes) => number): Reference =>
  ([x], attributes) => {
    const windows = windowsOver(x!.shape.slice(2), listAt(attributes, 'kernel_shape')!, attributes);
    return made([...x!.shape.slice(0, 2), ...windows.counts], ([batch, channel, ...window]) => {
      const places = indicesOf(windows.kernel).map((element) => windows.place(window, element));
      const inside = places.filter((place) => windows.covers(place));
      const padding = places.filter((place) => windows.covers(place, true)).length - inside.length;
      const elements = inside.map((place) => at(x!, [batch!, channel!, ...place]));
      return pool(elements, padding, attributes);
    });
  };

const sum = (elements: readonly number[]): number => elements.reduce((total, each) => total + each, 0);

const col2Im: Reference = ([columns, size, block], attributes) => {
  const kernel = block!.data;
  const windows = windowsOver(size!.data, kernel, attributes);
  const [batches, rows] = columns!.shape as [number, number];
  const elements = indicesOf(kernel);
  const channels = rows / elements.length;
  const split: TestTensor = { ...columns!, shape: [batches, channels, elements.length, columns!.shape[2]!] };
  return gathered(
    [batches, channels, ...size!.data],
    () => 0,
    (add) => {
      indicesOf(windows.counts).forEach((window, column) => {
        elements.forEach((element, row) => {
          const place = windows.place(window, element);
          for (const [batch, channel] of indicesOf([batches, channels]))
            add([batch!, channel!, ...place], at(split, [batch!, channel!, row, column]));
        });
      });
    },
  );
};

/** Operators that slide windows. */
export const windowReferences: Readonly<Record<string, Reference>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  AveragePool: pooled((elements, padding, attributes) => {
    const counted = numberAt(attributes, 'count_include_pad', 0) === 1 ? padding : 0;
    return sum(elements) / (elements.length + counted);
  }),
  LpPool: pooled((elements, _padding, attributes) => {
    const p = numberAt(attributes, 'p', 2);
    return sum(elements.map((each) => Math.abs(each) ** p)) ** (1 / p);
  }),
  Col2Im: col2Im,
};
