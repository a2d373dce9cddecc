import { float } from '@synaprune/onnx/graph';
import { gemm, kernel, linear } from '../kernels.js';
import {
  act,
  along,
  binary,
  concat,
  gather,
  reduce,
  reshape,
  slice,
  split,
  transpose,
  unary,
} from '../operators.js';
import type { Program, Value } from '../program.js';
import { alike, type Block, besides, channelsOf, isSequence, some } from './block.js';

/** LayerNormalization over the last axis, as one node or written out. */
export function layerNorm(p: Program, x: Value): Value {
  const last = x.shape.length - 1;
  const n = x.shape[last]!;
  const [scale, shift] = [p.tensor([n], { scale: 0.2, shift: 1 }), p.tensor([n], { scale: 0.3 })];
  if (p.opset >= 17 && p.random.chance(0.5)) {
    const [name] = p.node('LayerNormalization', [x.name, scale.name, shift.name], {
      axis: -1,
      epsilon: float(0.01),
    });
    return { ...x, name: name! };
  }
  const centred = binary(p, 'Sub', x, reduce(p, 'ReduceMean', x, [last]));
  const variance = reduce(p, 'ReduceMean', binary(p, 'Pow', centred, p.tensor([], [2])), [last]);
  const deviation = unary(p, 'Sqrt', binary(p, 'Add', variance, p.tensor([], [0.01])));
  return binary(p, 'Add', binary(p, 'Mul', binary(p, 'Div', centred, deviation), scale), shift);
}

/** A product of two axes, for which the others are put together and taken apart again. */
function flatGemm(p: Program, x: Value): Value {
  const flat = reshape(p, x, ['rest', channelsOf(x)], 1, 'constant');
  const made = gemm(p, flat, some(p));
  // Where time is open, only the shape of what came in can say it.
  return reshape(
    p,
    made,
    [x.shape[0]!, x.open[0] || x.open[1] ? 'rest' : x.shape[1]!, made.shape[1]!],
    2,
    'constant',
  );
}

export const sequenceBlocks: readonly Block[] = [
  { label: 'MatMul', fits: isSequence, append: (p, x) => act(p, linear(p, x, some(p))) },
  {
    label: 'MatMul/two',
    fits: isSequence,
    append: (p, x) => linear(p, act(p, linear(p, x, some(p))), some(p)),
  },
  {
    label: 'Gemm/sequence',
    fits: (x) => isSequence(x) && !x.open[0],
    append: (p, x) => linear(p, act(p, flatGemm(p, x)), some(p)),
  },
  {
    label: 'MatMul/constant on the left',
    fits: (x) => isSequence(x),
    append: (p, x) => {
      const turned = transpose(p, linear(p, x, some(p)), [0, 2, 1]);
      const [into, out] = [turned.shape[1]!, some(p)];
      const made: Value = {
        ...turned,
        name: p.node('MatMul', [kernel(p, [out, into], into), turned.name])[0]!,
        shape: [turned.shape[0]!, out, turned.shape[2]!],
      };
      return linear(p, transpose(p, act(p, made), [0, 2, 1]), some(p));
    },
  },
  {
    label: 'MatMul/constant along time',
    fits: (x) => isSequence(x) && !x.open[1],
    append: (p, x) => {
      const [into, out] = [x.shape[1]!, some(p)];
      return {
        ...x,
        name: p.node('MatMul', [kernel(p, [out, into], into), x.name])[0]!,
        shape: [x.shape[0]!, out, x.shape[2]!],
      };
    },
  },
  {
    label: 'MatMul/batched',
    fits: isSequence,
    append: (p, x) => {
      const groups = p.random.between(2, 3);
      const [into, out] = [p.random.between(2, 4), p.random.between(2, 4)];
      const wide = linear(p, x, groups * into);
      const apart = transpose(p, reshape(p, wide, [{ axis: 0 }, { axis: 1 }, groups, into], 3), [0, 2, 1, 3]);
      const w = p.tensor([groups, into, out], { scale: 1 / Math.sqrt(into) });
      const made: Value = {
        ...apart,
        name: p.node('MatMul', [apart.name, w.name])[0]!,
        shape: [...apart.shape.slice(0, 3), out],
      };
      const back = reshape(
        p,
        transpose(p, act(p, made), [0, 2, 1, 3]),
        [{ axis: 0 }, { axis: 1 }, groups * out],
        2,
      );
      return linear(p, back, some(p));
    },
  },
  {
    label: 'feed-forward',
    fits: isSequence,
    append: (p, x) => {
      const inner = linear(
        p,
        act(p, linear(p, p.random.chance(0.5) ? layerNorm(p, x) : x, some(p, 4))),
        channelsOf(x),
      );
      return binary(p, 'Add', x, inner);
    },
  },
  {
    label: 'feed-forward/gated',
    fits: isSequence,
    append: (p, x) => {
      const out = some(p, 2);
      const [a, b] = split(p, linear(p, x, 2 * out), 2, [out, out]) as [Value, Value];
      return binary(p, 'Add', x, linear(p, binary(p, 'Mul', a, unary(p, 'Sigmoid', b)), channelsOf(x)));
    },
  },
  {
    label: 'LayerNormalization',
    fits: isSequence,
    append: (p, x) => linear(p, layerNorm(p, linear(p, x, some(p))), some(p)),
  },
  {
    label: 'elementwise/sequence',
    fits: isSequence,
    append: (p, x) => binary(p, p.random.pick(['Add', 'Mul', 'Sub']), act(p, x), along(p, x, 2)),
  },
  {
    label: 'positions',
    fits: (x) => isSequence(x) && !x.open[1],
    append: (p, x) => {
      const made = linear(p, x, some(p));
      return linear(
        p,
        binary(
          p,
          'Add',
          made,
          p.tensor(p.random.chance(0.5) ? [1, ...made.shape.slice(1)] : made.shape.slice(1), { scale: 0.3 }),
        ),
        some(p),
      );
    },
  },
  {
    label: 'residual/sequence',
    fits: (x, others) => isSequence(x) && alike(x, others).length > 0,
    append: (p, x, others) => binary(p, 'Add', p.random.pick(alike(x, others)), act(p, x)),
  },
  {
    label: 'Concat/sequence',
    fits: (x, others) => isSequence(x) && besides(x, others).length > 0,
    append: (p, x, others) =>
      linear(p, concat(p, p.random.shuffled([x, p.random.pick(besides(x, others))]), 2), some(p)),
  },
  {
    label: 'Concat/time',
    fits: (x) => isSequence(x),
    append: (p, x) => {
      const out = some(p);
      return linear(p, concat(p, [linear(p, x, out), linear(p, x, out)], 1), some(p));
    },
  },
  {
    label: 'Slice/time',
    fits: (x) => isSequence(x) && x.shape[1]! > 3,
    append: (p, x) => slice(p, linear(p, x, some(p)), 1, 1, 3),
  },
  {
    label: 'Slice/channels of a sequence',
    fits: isSequence,
    append: (p, x) => {
      const made = linear(p, x, 8);
      return linear(
        p,
        p.random.chance(0.5) ? slice(p, made, 2, 2, 7) : gather(p, made, 2, [7, 0, 3]),
        some(p),
      );
    },
  },
  {
    label: 'Softmax',
    fits: isSequence,
    append: (p, x) =>
      linear(p, unary(p, 'Softmax', linear(p, x, some(p)), { axis: p.random.pick([-1, 2, 1]) }), some(p)),
  },
  {
    label: 'ReduceSum/channels',
    fits: isSequence,
    append: (p, x) =>
      binary(p, 'Mul', x, unary(p, 'Sigmoid', reduce(p, 'ReduceSum', linear(p, x, some(p)), [2]))),
  },
];
