import { bias, conv, kernel } from '../kernels.js';
import { act } from '../operators.js';
import type { Value } from '../program.js';
import { type Block, channelsOf, isImage, some, spaceOf } from './block.js';

const divisors = (count: number) =>
  Array.from({ length: count }, (_, i) => i + 1).filter((each) => each > 1 && count % each === 0);

/** Convolutions of every kind. */
export const convolutions: readonly Block[] = [
  {
    label: 'Conv',
    fits: isImage,
    append: (p, x) =>
      act(
        p,
        conv(p, x, { out: some(p), stride: p.random.pick([1, 1, 2]), dilation: p.random.pick([1, 1, 2]) }),
      ),
  },
  {
    label: 'Conv/two',
    fits: isImage,
    append: (p, x) => conv(p, act(p, conv(p, x, { out: some(p) })), { out: some(p) }),
  },
  {
    label: 'Conv/depthwise',
    fits: isImage,
    append: (p, x) => {
      const wide = conv(p, x, { out: some(p) });
      const deep = conv(p, act(p, wide), { out: wide.shape[1]!, groups: wide.shape[1]!, size: 3 });
      return p.random.chance(0.5) ? deep : conv(p, deep, { out: some(p), size: 1 });
    },
  },
  {
    label: 'Conv/multiplier',
    fits: isImage,
    append: (p, x) => {
      const wide = conv(p, x, { out: p.random.between(2, 6) });
      const into = wide.shape[1]!;
      return conv(p, conv(p, wide, { out: into * p.random.between(2, 3), groups: into, size: 3 }), {
        out: some(p),
        size: 1,
      });
    },
  },
  {
    label: 'Conv/groups',
    fits: isImage,
    append: (p, x) => {
      const groups = p.random.between(2, 3);
      const wide = conv(p, x, { out: groups * p.random.between(2, 4) });
      return conv(p, act(p, conv(p, wide, { out: groups * p.random.between(1, 4), groups, size: 3 })), {
        out: some(p),
        size: 1,
      });
    },
  },
  {
    label: 'Conv/groups of what is there',
    fits: (x) => isImage(x) && divisors(channelsOf(x)).length > 0,
    append: (p, x) => {
      const groups = p.random.pick(divisors(channelsOf(x)));
      return conv(p, x, { out: groups * p.random.between(1, 3), groups });
    },
  },
  {
    label: 'Conv/tied',
    fits: isImage,
    append: (p, x) => {
      const out = channelsOf(x);
      const weight = kernel(p, [out, out, ...spaceOf(x).map(() => 3)], out * 9);
      const once = act(p, conv(p, x, { out, size: 3, weight }));
      return conv(p, once, {
        out,
        size: 3,
        weight: p.random.chance(0.5) ? weight : p.node('Identity', [weight])[0]!,
      });
    },
  },
  {
    label: 'ConvTranspose',
    fits: (x) => isImage(x) && x.shape.at(-1)! < 9,
    append: (p, x) => {
      const groups = p.random.pick([1, 1, 2]);
      const wide = groups === 1 ? x : conv(p, x, { out: groups * p.random.between(2, 4) });
      const out = groups * p.random.between(1, 4);
      const all = (value: number) => spaceOf(x).map(() => value);
      const w = kernel(p, [wide.shape[1]!, out / groups, ...all(2)], wide.shape[1]! / groups, 1);
      const [name] = p.node('ConvTranspose', [wide.name, w, ...bias(p, out)], {
        strides: all(2),
        ...(groups === 1 ? {} : { group: groups }),
      });
      const up: Value = {
        ...wide,
        name: name!,
        shape: wide.shape.map((e, axis) => (axis === 0 ? e : axis === 1 ? out : 2 * e)),
      };
      return conv(p, act(p, up), { out: some(p), stride: 2 });
    },
  },
];
