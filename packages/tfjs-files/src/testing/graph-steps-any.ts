import { float, list, one, type Step } from './graph-steps.js';

/** Of any value. */
export const any: readonly Step[] = [
  ...['Relu', 'Relu6', 'Sigmoid', 'Tanh', 'Abs', 'Square', 'Elu'].map(
    (op): Step =>
      (to, x) =>
        one(x, op, to),
  ),
  (to, x) => to.node('LeakyRelu', [x], x.shape, { ...float, alpha: { f: 0.2 } }),
  (to, x) => to.node('Prelu', [x, to.weight(x.shape.at(-1)!)], x.shape, float),
  ...['AddV2', 'Mul', 'Sub', 'Maximum'].map(
    (op): Step =>
      (to, x) =>
        to.node(op, [x, to.weight(x.shape.at(-1)!)], x.shape, float),
  ),
  (to, x, others) => {
    const alike = others.filter(({ shape }) => String(shape) === String(x.shape));
    return to.node('AddV2', [x, alike[to.dice(alike.length)]!], x.shape, float);
  },
  (to, x, others) => {
    const beside = others.filter(({ shape }) => String(shape.slice(0, -1)) === String(x.shape.slice(0, -1)));
    const other = beside[to.dice(beside.length)]!;
    const shape = x.shape.with(-1, 2 * x.shape.at(-1)! + other.shape.at(-1)!);
    return to.node('ConcatV2', [x, other, x, to.numbers([], [-1])], shape, { ...float, N: { i: '3' } });
  },
  // Halves, the other way round.
  (to, x) => {
    const size = x.shape.at(-1)!;
    const axis = to.numbers([], [x.shape.length - 1]);
    const part = Math.floor(size / 2);
    if (part < 1) return undefined;
    const shapes = [x.shape.with(-1, part), x.shape.with(-1, size - part)];
    const split =
      size % 2 === 0
        ? to.node('Split', [axis, x], shapes[0]!, { ...float, num_split: { i: '2' } })
        : to.node('SplitV', [x, list(to, part, size - part), axis], shapes[0]!, {
            ...float,
            num_split: { i: '2' },
          });
    const halves = [to.output(split, 1, shapes[1]!), split];
    return to.node('ConcatV2', [...halves, axis], x.shape, { ...float, N: { i: '2' } });
  },
  (to, x) => {
    const size = x.shape.at(-1)!;
    if (size < 3) return undefined;
    const rank = x.shape.length;
    const begin = list(to, ...Array.from({ length: rank - 1 }, () => 0), 1);
    const sizes = list(to, ...x.shape.slice(0, -1).map(() => -1), size - 2);
    return to.node('Slice', [x, begin, sizes], x.shape.with(-1, size - 2), {
      ...float,
      Index: { type: 'DT_INT32' },
    });
  },
  (to, x) => {
    const size = x.shape.at(-1)!;
    const picked = Array.from({ length: 1 + to.dice(size + 2) }, () => to.dice(size));
    if (picked.length < 2) return undefined;
    const axis = to.numbers([], [x.shape.length - 1]);
    return to.node('GatherV2', [x, list(to, ...picked), axis], x.shape.with(-1, picked.length), float);
  },
  (to, x) => {
    const size = x.shape.at(-1)!;
    if (size < 2) return undefined;
    const rank = x.shape.length;
    const masks = { begin_mask: { i: '0' }, end_mask: { i: '0' }, ellipsis_mask: { i: '1' } };
    const backwards = to.dice(2) === 0;
    const parts = backwards
      ? [list(to, 0, -1), list(to, 0, -size - 1), list(to, 1, -1)]
      : [list(to, 0, 1), list(to, 0, size), list(to, 1, 1)];
    return to.node('StridedSlice', [x, ...parts], x.shape.with(rank - 1, backwards ? size : size - 1), {
      ...float,
      ...masks,
    });
  },
  (to, x) => {
    const rank = x.shape.length;
    const times = list(to, ...x.shape.map((_, i) => (i === rank - 1 ? 2 : 1)));
    return to.node('Tile', [x, times], x.shape.with(-1, 2 * x.shape.at(-1)!), float);
  },
  (to, x) => {
    const wide = to.node('Pack', [x, one(x, 'Neg', to)], [...x.shape, 2], {
      ...float,
      axis: { i: '-1' },
      N: { i: '2' },
    });
    const unpacked = to.node('Unpack', [wide], x.shape, { ...float, axis: { i: '-1' }, num: { i: '2' } });
    return to.node('Mul', [unpacked, to.output(unpacked, 1, x.shape)], x.shape, float);
  },
  (to, x) => to.node('ReverseV2', [x, list(to, -1)], x.shape, float),
  (to, x) => one(x, 'Softmax', to),
];
