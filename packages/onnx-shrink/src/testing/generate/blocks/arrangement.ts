import { conv } from '../kernels.js';
import { act, binary, concat, gather, reshape, slice, split, transpose, unary } from '../operators.js';
import type { Value } from '../program.js';
import { alike, type Block, besides, channelsOf, isImage, some, spaceOf } from './block.js';

/** Channels of several values put together and taken apart. */
export const arrangements: readonly Block[] = [
  {
    label: 'Concat/branches',
    fits: isImage,
    append: (p, x) =>
      conv(
        p,
        act(p, concat(p, [conv(p, x, { out: some(p), size: 1 }), conv(p, x, { out: some(p), size: 3 })], 1)),
        { out: some(p) },
      ),
  },
  {
    label: 'Concat/others',
    fits: (x, others) => isImage(x) && besides(x, others).length > 0,
    append: (p, x, others) => concat(p, [x, p.random.pick(besides(x, others))], 1),
  },
  {
    label: 'Concat/itself',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: p.random.between(2, 6) });
      return conv(p, concat(p, [made, made], 1), { out: some(p) });
    },
  },
  {
    label: 'Split',
    fits: isImage,
    append: (p, x) => {
      const sizes = p.random.pick([
        [4, 4],
        [2, 5],
        [3, 3, 3],
        [1, 4, 2],
      ]);
      const parts = split(p, conv(p, x, { out: sizes.reduce((a, b) => a + b, 0) }), 1, sizes);
      if (p.random.chance(0.3)) return parts;
      return conv(
        p,
        concat(
          p,
          p.random.shuffled(parts).map((each, i) => (i === 0 ? act(p, each) : each)),
          1,
        ),
        { out: some(p) },
      );
    },
  },
  {
    label: 'Split/gate',
    fits: isImage,
    append: (p, x) => {
      const out = some(p);
      const [a, b] = split(p, conv(p, x, { out: 2 * out }), 1, [out, out]) as [Value, Value];
      return conv(p, binary(p, 'Mul', a, unary(p, 'Sigmoid', b)), { out: some(p) });
    },
  },
  {
    label: 'Slice',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: 8 });
      const piece = p.random.pick([
        () => slice(p, made, 1, 0, 5),
        () => slice(p, made, 1, 3, 8),
        () => slice(p, made, 1, 0, 8, 2),
        () => slice(p, made, 1, 1, 8, 3),
      ])();
      return p.random.chance(0.5)
        ? conv(p, piece, { out: some(p) })
        : conv(p, concat(p, [piece, made], 1), { out: some(p) });
    },
  },
  {
    label: 'Gather',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: 6 });
      const indices = p.random.pick([
        p.random.shuffled([0, 1, 2, 3, 4, 5]),
        [5, 0, 2],
        [1, 1, 3, 0],
        [-1, -3, 0, 2],
      ]);
      return conv(p, act(p, gather(p, made, 1, indices)), { out: some(p) });
    },
  },
  {
    label: 'residual',
    fits: isImage,
    append: (p, x) => {
      const inner = conv(p, act(p, conv(p, x, { out: some(p), size: 3 })), { out: channelsOf(x) });
      return act(p, binary(p, 'Add', ...(p.random.shuffled([x, inner]) as [Value, Value])));
    },
  },
  {
    label: 'residual/stage',
    fits: isImage,
    append: (p, x) => {
      let sum = conv(p, x, { out: some(p) });
      for (let i = p.random.between(1, 2); i >= 0; i -= 1) {
        sum = binary(
          p,
          'Add',
          sum,
          conv(p, act(p, conv(p, sum, { out: some(p) })), { out: channelsOf(sum) }),
        );
      }
      return conv(p, sum, { out: some(p) });
    },
  },
  {
    label: 'sum of others',
    fits: (x, others) => isImage(x) && alike(x, others).length > 0,
    append: (p, x, others) => binary(p, 'Add', x, p.random.pick(alike(x, others))),
  },
  {
    label: 'channel shuffle',
    fits: isImage,
    append: (p, x) => {
      const groups = p.random.pick([2, 3]);
      const out = groups * p.random.between(2, 4);
      const grouped = conv(p, conv(p, x, { out }), { out, groups, size: 1 });
      const space = spaceOf(x).map((axis) => ({ axis }));
      const apart = reshape(p, grouped, [{ axis: 0 }, groups, out / groups, ...space], 2);
      const crossed = transpose(p, apart, [0, 2, 1, ...space.map((_, i) => i + 3)]);
      const shuffled = reshape(p, crossed, [{ axis: 0 }, out, ...space.map((_, i) => ({ axis: i + 3 }))], 1);
      return conv(p, conv(p, act(p, shuffled), { out, groups, size: 1 }), { out: some(p), size: 1 });
    },
  },
];
