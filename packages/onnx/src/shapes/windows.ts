import { type Attributes, listAt, numberAt } from '../values/attributes.js';
import type { ShapeRule } from './rule.js';
import { floatType } from './types.js';

/** How windows slide over the spatial axes. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The windows of a node whose padding is spelled out. */
export function windowsOf(attributes: Attributes, kernel: readonly number[]): Windows {
  const ones = kernel.map(() => 1);
  const pads = listAt(attributes, 'pads') ?? [...ones, ...ones].map(() => 0);
  return {
    kernel,
    strides: listAt(attributes, 'strides') ?? ones,
    dilations: listAt(attributes, 'dilations') ?? ones,
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
  };
}

/** The attributes that say the same. */
export function windowAttributes({ strides, dilations, before, after }: Windows): Attributes {
  return { strides, dilations, pads: [...before, ...after] };
}

/** How many elements a window spans along each axis, holes of dilation included. */
export function spans({ kernel, dilations }: Windows): readonly number[] {
  return kernel.map((size, axis) => (size - 1) * dilations[axis]! + 1);
}

/** How many windows fit along each spatial axis. */
export function windowCounts(spatial: readonly number[], windows: Windows): readonly number[] {
  const { before, after, strides } = windows;
  return spans(windows).map(
    (span, axis) => Math.floor((spatial[axis]! + before[axis]! + after[axis]! - span) / strides[axis]!) + 1,
  );
}

const conv: ShapeRule = ([x, w, b], attributes) => {
  const group = numberAt(attributes, 'group', 1);
  if (x!.shape.length !== w!.shape.length || x!.shape.length < 3)
    throw new RangeError('its kernel has another rank');
  if (w!.shape[1]! * group !== x!.shape[1] || w!.shape[0]! % group !== 0) {
    throw new RangeError(`its kernel is for ${w!.shape[1]! * group} channels in ${group} groups`);
  }
  const counts = windowCounts(x!.shape.slice(2), windowsOf(attributes, w!.shape.slice(2)));
  return [{ type: floatType([x, w, b]), shape: [x!.shape[0]!, w!.shape[0]!, ...counts] }];
};

const convTranspose: ShapeRule = ([x, w, b], attributes) => {
  const group = numberAt(attributes, 'group', 1);
  if (x!.shape.length !== w!.shape.length || x!.shape[1] !== w!.shape[0])
    throw new RangeError('its kernel is for other channels');
  const windows = windowsOf(attributes, w!.shape.slice(2));
  const extra = listAt(attributes, 'output_padding') ?? windows.kernel.map(() => 0);
  const spatial = spans(windows).map(
    (span, axis) =>
      (x!.shape[axis + 2]! - 1) * windows.strides[axis]! +
      span -
      windows.before[axis]! -
      windows.after[axis]! +
      extra[axis]!,
  );
  return [{ type: floatType([x, w, b]), shape: [x!.shape[0]!, w!.shape[1]! * group, ...spatial] }];
};

const pool: ShapeRule = ([x], attributes) => {
  const kernel = listAt(attributes, 'kernel_shape') ?? [];
  if (kernel.length !== x!.shape.length - 2) throw new RangeError(`a window of ${kernel.length} axes`);
  return [
    {
      type: x!.type,
      shape: [...x!.shape.slice(0, 2), ...windowCounts(x!.shape.slice(2), windowsOf(attributes, kernel))],
    },
  ];
};

/** Operators that slide windows over spatial axes. */
export const windowShapes: Readonly<Record<string, ShapeRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
};
