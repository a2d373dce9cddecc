import { float } from '@synaprune/onnx/graph';
import { conv, kernel } from '../kernels.js';
import { act, binary, concat, reduce, reshape, squeeze, transpose, unary } from '../operators.js';
import type { Value } from '../program.js';
import { type Block, channelsOf, isImage, isPicture, some } from './block.js';

/** What looks at all places, or across channels. */
export const mixing: readonly Block[] = [
  {
    label: 'squeeze and excite',
    fits: isPicture,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const pooled = p.random.chance(0.5)
        ? {
            ...made,
            name: p.node('GlobalAveragePool', [made.name])[0]!,
            shape: [made.shape[0]!, made.shape[1]!, 1, 1],
            open: [made.open[0]!, false, false, false],
          }
        : reduce(p, 'ReduceMean', made, [2, 3]);
      const squeezed = act(p, conv(p, pooled, { out: some(p), size: 1 }));
      const gate = unary(p, 'Sigmoid', conv(p, squeezed, { out: channelsOf(made), size: 1 }));
      return conv(p, binary(p, 'Mul', made, gate), { out: some(p) });
    },
  },
  {
    label: 'squeeze and excite/own channels',
    fits: isPicture,
    append: (p, x) => {
      const pooled = reduce(p, 'ReduceMean', x, [2, 3]);
      const gate = unary(
        p,
        'HardSigmoid',
        conv(p, unary(p, 'Relu', conv(p, pooled, { out: some(p), size: 1 })), {
          out: channelsOf(x),
          size: 1,
        }),
      );
      return binary(p, 'Mul', gate, x);
    },
  },
  {
    label: 'squeeze and excite/Gemm',
    fits: isPicture,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const n = channelsOf(made);
      const flat = squeeze(p, reduce(p, 'ReduceMean', made, [2, 3]), [2, 3]);
      const hidden = some(p);
      const [h] = p.node('Gemm', [flat.name, kernel(p, [hidden, n], n), p.tensor([hidden]).name], {
        transB: 1,
      });
      const [g] = p.node(
        'Gemm',
        [p.node('Relu', [h!])[0]!, kernel(p, [n, hidden], hidden), p.tensor([n]).name],
        { transB: 1 },
      );
      const gate = reshape(p, { ...flat, name: p.node('Sigmoid', [g!])[0]! }, [{ axis: 0 }, n, 1, 1], 1);
      return conv(p, binary(p, 'Mul', made, gate), { out: some(p) });
    },
  },
  {
    label: 'spatial attention',
    fits: isPicture,
    append: (p, x) => {
      const both = concat(p, [reduce(p, 'ReduceMean', x, [1]), reduce(p, 'ReduceMax', x, [1])], 1);
      return binary(p, 'Mul', x, unary(p, 'Sigmoid', conv(p, both, { out: 1, size: 3 })));
    },
  },
  {
    label: 'normalised across channels',
    fits: isImage,
    append: (p, x) => {
      const made = conv(p, x, { out: some(p) });
      const norm = p.random.chance(0.5)
        ? { ...made, name: p.node('Softmax', [made.name], { axis: 1 })[0]! }
        : binary(p, 'Div', made, binary(p, 'Add', reduce(p, 'ReduceL2', made, [1]), p.tensor([], [0.5])));
      return conv(p, norm, { out: some(p) });
    },
  },
  {
    label: 'GroupNormalization',
    opset: 21,
    fits: (x, _, p) => isPicture(x) && p.opset >= 21 && x.shape[2]! * x.shape[3]! >= 8,
    append: (p, x) => {
      const groups = p.random.pick([2, 3]);
      const made = conv(p, x, { out: groups * p.random.between(2, 4), size: 3 });
      const parts = [{ scale: 0.2, shift: 1 }, { scale: 0.3 }].map(
        (data) => p.tensor([channelsOf(made)], data).name,
      );
      const [name] = p.node('GroupNormalization', [made.name, ...parts], {
        num_groups: groups,
        epsilon: float(0.01),
      });
      return conv(p, { ...made, name: name! }, { out: some(p) });
    },
  },
  {
    label: 'GroupNormalization/written out',
    fits: (x) => isPicture(x) && x.shape[2]! * x.shape[3]! >= 8,
    append: (p, x) => {
      const groups = p.random.pick([2, 3]);
      const made = conv(p, x, { out: groups * p.random.between(2, 4), size: 3 });
      const flat = reshape(p, made, [{ axis: 0 }, groups, 'rest'], 1);
      const ones = p.tensor(
        [groups],
        Array.from({ length: groups }, () => 1),
      ).name;
      const zeros = p.tensor(
        [groups],
        Array.from({ length: groups }, () => 0),
      ).name;
      const [name] = p.node('InstanceNormalization', [flat.name, ones, zeros], { epsilon: float(0.01) });
      const [shape] = p.node('Shape', [made.name]);
      const back: Value = { ...made, name: p.node('Reshape', [name!, shape!])[0]! };
      const scaled = binary(p, 'Mul', back, p.tensor([channelsOf(made), 1, 1], { scale: 0.2, shift: 1 }));
      return conv(p, binary(p, 'Add', scaled, p.tensor([channelsOf(made), 1, 1])), { out: some(p) });
    },
  },
  {
    label: 'pixel shuffle',
    fits: (x) => isPicture(x) && x.shape[3]! < 6,
    append: (p, x) => {
      const out = p.random.between(2, 4);
      const wide = conv(p, x, { out: out * 4 });
      if (p.random.chance(0.5)) {
        const [name] = p.node('DepthToSpace', [wide.name], {
          blocksize: 2,
          mode: p.random.pick(['DCR', 'CRD']),
        });
        return conv(
          p,
          { ...wide, name: name!, shape: [wide.shape[0]!, out, wide.shape[2]! * 2, wide.shape[3]! * 2] },
          { out: some(p), stride: 2 },
        );
      }
      if (wide.open[2] || wide.open[3]) return conv(p, wide, { out: some(p) });
      const [, , h = 1, w = 1] = wide.shape;
      const six = reshape(p, wide, [{ axis: 0 }, out, 2, 2, h, w], 1);
      return conv(p, reshape(p, transpose(p, six, [0, 1, 4, 2, 5, 3]), [{ axis: 0 }, out, 2 * h, 2 * w], 1), {
        out: some(p),
        stride: 2,
      });
    },
  },
];
