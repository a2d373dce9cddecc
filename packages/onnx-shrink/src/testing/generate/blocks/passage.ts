import { conv, gemm, kernel, linear } from '../kernels.js';
import { gather, reduce, reshape, slice, squeeze, transpose, unary, unsqueeze } from '../operators.js';
import type { Value } from '../program.js';
import { type Block, channelsOf, isImage, isPicture, isSequence, some, spaceOf } from './block.js';

/** From one layout to another. */
export const passageBlocks: readonly Block[] = [
  {
    label: 'image to sequence',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const flat =
        made.shape.length === 3 ? made : reshape(p, made, [{ axis: 0 }, channelsOf(made), 'rest'], 1);
      return linear(p, transpose(p, flat, [0, 2, 1]), some(p));
    },
  },
  {
    label: 'image to sequence/channels of the columns',
    fits: (x) => isPicture(x) && !x.open[2],
    append: (p, x) => {
      const turned = transpose(p, conv(p, x, { out: some(p) }), [0, 3, 1, 2]);
      return linear(
        p,
        reshape(p, turned, [{ axis: 0 }, { axis: 1 }, turned.shape[2]! * turned.shape[3]!], 2),
        some(p),
      );
    },
  },
  {
    label: 'Flatten',
    fits: (x) =>
      isImage(x) &&
      !spaceOf(x).some((axis) => x.open[axis]) &&
      spaceOf(x).reduce((n, axis) => n * x.shape[axis]!, 1) <= 40,
    append: (p, x) => {
      const made = conv(p, x, { out: p.random.between(2, 5) });
      const count = made.shape.slice(1).reduce((a, b) => a * b, 1);
      const shape = [made.shape[0]!, count];
      const flat: Value = p.random.chance(0.5)
        ? {
            name: p.node('Flatten', [made.name], p.random.chance(0.5) ? {} : { axis: 1 })[0]!,
            shape,
            open: [made.open[0]!, false],
            channels: 1,
          }
        : reshape(p, made, p.random.chance(0.5) ? [{ axis: 0 }, count] : [{ axis: 0 }, 'rest'], 1);
      return gemm(p, flat, some(p));
    },
  },
  {
    label: 'pooled vector',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const space = spaceOf(made);
      const way = p.random.between(0, 3);
      if (way === 0)
        return gemm(
          p,
          reduce(p, p.random.pick(['ReduceMean', 'ReduceMax', 'ReduceSum']), made, space, false),
          some(p),
        );
      const [name] = p.node(p.random.pick(['GlobalAveragePool', 'GlobalMaxPool']), [made.name]);
      const pooled: Value = {
        ...made,
        name: name!,
        shape: made.shape.map((e, axis) => (axis < 2 ? e : 1)),
        open: made.open.map((open, axis) => open && axis < 2),
      };
      if (way === 1) return gemm(p, squeeze(p, pooled, space), some(p));
      if (way === 2) return gemm(p, reshape(p, pooled, [{ axis: 0 }, channelsOf(pooled)], 1), some(p));
      return gemm(
        p,
        {
          name: p.node('Flatten', [pooled.name])[0]!,
          shape: pooled.shape.slice(0, 2),
          open: pooled.open.slice(0, 2),
          channels: 1,
        },
        some(p),
      );
    },
  },
  {
    label: 'sequence to image of one axis',
    fits: isSequence,
    append: (p, x) => conv(p, transpose(p, linear(p, x, some(p)), [0, 2, 1]), { out: some(p) }),
  },
  {
    label: 'sequence to picture',
    fits: isSequence,
    append: (p, x) => {
      const turned = transpose(p, linear(p, x, some(p)), [0, 2, 1]);
      const picture = unsqueeze(p, turned, 1);
      return conv(p, picture, { out: some(p), size: p.random.pick([1, 3]) });
    },
  },
  {
    label: 'sequence to vector',
    fits: isSequence,
    append: (p, x) => {
      const made = linear(p, x, some(p));
      const way = p.random.between(0, 2);
      if (way === 0) return gemm(p, reduce(p, 'ReduceMean', made, [1], false), some(p));
      if (way === 1) return gemm(p, squeeze(p, slice(p, made, 1, 0, 1), [1]), some(p));
      return gemm(p, squeeze(p, gather(p, made, 1, [0]), [1]), some(p));
    },
  },
  {
    label: 'Gather/one place',
    fits: isSequence,
    append: (p, x) => {
      const made = linear(p, x, some(p));
      const [name] = p.node('Gather', [made.name, p.tensor([], [-1], 'int64').name], { axis: 1 });
      return gemm(
        p,
        { name: name!, shape: [made.shape[0]!, channelsOf(made)], open: [made.open[0]!, false], channels: 1 },
        some(p),
      );
    },
  },
  {
    label: 'embedding',
    fits: (x) => isSequence(x) && !x.open[0] && !x.open[1],
    append: (p, x) => {
      const [rows, columns] = [p.random.between(5, 9), channelsOf(x)];
      const shape = x.shape.slice(0, 2);
      const ids = p.input({ type: 'int64', shape }, { type: 'int64', shape, limit: rows });
      const table = kernel(p, [rows, columns], columns, 1);
      const found: Value = { ...x, name: p.node('Gather', [table, ids])[0]! };
      const made = linear(p, unary(p, 'Tanh', linear(p, found, some(p))), columns);
      if (p.random.chance(0.4)) return made;
      // Tied: what looked the words up ranks them, too.
      const way = p.random.chance(0.5) ? table : p.node('Identity', [table])[0]!;
      const [turned] = p.node('Transpose', [way], { perm: [1, 0] });
      return { ...made, name: p.node('MatMul', [made.name, turned!])[0]!, shape: [...shape, rows] };
    },
  },
];
