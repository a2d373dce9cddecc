import { float } from '@synaprune/onnx/graph';
import { conv } from '../kernels.js';
import { act, along, binary } from '../operators.js';
import type { Value } from '../program.js';
import { type Block, channelsOf, isImage, some, spaceOf } from './block.js';

/** What goes on with every channel for itself. */
export const pointwise: readonly Block[] = [
  { label: 'elementwise', fits: isImage, append: (p, x) => act(p, act(p, x)) },
  {
    label: 'elementwise/constant along channels',
    fits: isImage,
    append: (p, x) => {
      const op = p.random.pick(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']);
      const c = along(p, x, 1, op === 'Div' ? { scale: 0.1, shift: 1.5 } : { scale: 0.5 });
      return op !== 'Div' && p.random.chance(0.4)
        ? { ...binary(p, op, c, x), channels: 1 }
        : binary(p, op, x, c);
    },
  },
  {
    label: 'elementwise/number',
    fits: isImage,
    append: (p, x) => binary(p, p.random.pick(['Add', 'Mul', 'Sub']), x, along(p, x, undefined)),
  },
  {
    label: 'elementwise/map of the place',
    fits: (x) => isImage(x) && !x.open.at(-1),
    append: (p, x) => binary(p, 'Add', x, along(p, x, x.shape.length - 1)),
  },
  {
    label: 'PRelu',
    fits: isImage,
    append: (p, x) => {
      const slope = p.tensor(p.random.chance(0.7) ? [channelsOf(x), ...spaceOf(x).map(() => 1)] : [1], {
        scale: 0.3,
      });
      return binary(p, 'PRelu', conv(p, x, { out: channelsOf(x) }), slope);
    },
  },
  {
    label: 'BatchNormalization',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const size = [channelsOf(made)];
      const parts = [{ scale: 0.2, shift: 1 }, { scale: 0.3 }, { scale: 0.3 }].map(
        (data) => p.tensor(size, data).name,
      );
      const variance = p.tensor(
        size,
        size.flatMap((n) => Array.from({ length: n }, () => 0.5 + p.random.unit())),
      );
      const norm: Value = {
        ...made,
        name: p.node('BatchNormalization', [made.name, ...parts, variance.name])[0]!,
      };
      return conv(p, act(p, norm), { out: some(p) });
    },
  },
  {
    label: 'InstanceNormalization',
    fits: (x) => isImage(x) && spaceOf(x).reduce((n, axis) => n * x.shape[axis]!, 1) >= 8,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p), size: 3 });
      const parts = [{ scale: 0.2, shift: 1 }, { scale: 0.3 }].map(
        (data) => p.tensor([channelsOf(made)], data).name,
      );
      const [name] = p.node('InstanceNormalization', [made.name, ...parts], { epsilon: float(0.01) });
      return conv(p, { ...made, name: name! }, { out: some(p) });
    },
  },
  {
    label: 'pooling',
    fits: (x) => isImage(x) && x.shape.at(-1)! >= 4 && (x.shape[2] ?? 0) >= 4,
    append: (p, x) => {
      const all = (value: number) => spaceOf(x).map(() => value);
      const op = p.random.pick(['MaxPool', 'AveragePool', 'LpPool']);
      const [name] = p.node(op, [x.name], { kernel_shape: all(2), strides: all(2) });
      return { ...x, name: name!, shape: x.shape.map((e, axis) => (axis < 2 ? e : Math.floor(e / 2))) };
    },
  },
  {
    label: 'Resize',
    fits: (x) => isImage(x) && x.shape.at(-1)! < 6,
    append: (p, x) => {
      const scales = p.tensor(
        [x.shape.length],
        x.shape.map((_, axis) => (axis < 2 ? 1 : 2)),
      );
      const shape = x.shape.map((e, axis) => (axis < 2 ? e : 2 * e));
      const attributes = {
        mode: p.random.pick(['nearest', 'linear']),
        coordinate_transformation_mode: p.random.pick(['asymmetric', 'half_pixel']),
      };
      if (p.random.chance(0.5))
        return { ...x, shape, name: p.node('Resize', [x.name, '', scales.name], attributes)[0]! };
      // Sizes computed from the value, as exporters write `interpolate(scale_factor=2)`.
      const [sizes] = p.node('Shape', [x.name]);
      const [front] = p.node('Slice', [sizes!, p.integers([0]), p.integers([2])]);
      const [back] = p.node('Slice', [sizes!, p.integers([2]), p.integers([9])]);
      const [twice] = p.node('Mul', [back!, p.integers([2])]);
      const [joined] = p.node('Concat', [front!, twice!], { axis: 0 });
      return { ...x, shape, name: p.node('Resize', [x.name, '', '', joined!], attributes)[0]! };
    },
  },
  {
    label: 'Pad',
    fits: (x) => isImage(x) && x.shape.at(-1)! >= 3,
    append: (p, x) => {
      const mode = p.random.pick(['constant', 'reflect', 'edge']);
      const pads = [...x.shape, ...x.shape].map((_, i) => (i % x.shape.length < 2 ? 0 : 1));
      const [name] = p.node('Pad', [x.name, p.integers(pads)], { mode });
      return conv(
        p,
        { ...x, name: name!, shape: x.shape.map((e, axis) => (axis < 2 ? e : e + 2)) },
        { out: some(p), stride: 2 },
      );
    },
  },
];
