import { gemm, kernel, linear } from '../kernels.js';
import { act, along, binary, concat, reshape, transpose } from '../operators.js';
import type { Value } from '../program.js';
import { type Block, besides, channelsOf, isVector, some } from './block.js';

/** What goes on from values of two axes. */
export const vectorBlocks: readonly Block[] = [
  { label: 'Gemm', fits: isVector, append: (p, x) => act(p, gemm(p, x, some(p))) },
  { label: 'Gemm/two', fits: isVector, append: (p, x) => gemm(p, act(p, gemm(p, x, some(p))), some(p)) },
  {
    label: 'MatMul/vector',
    fits: isVector,
    append: (p, x) => linear(p, act(p, linear(p, x, some(p))), some(p)),
  },
  {
    label: 'MatMul/constant on the left of a vector',
    fits: isVector,
    append: (p, x) => {
      const turned = transpose(p, linear(p, x, some(p)), [1, 0]);
      const [into, out] = [turned.shape[0]!, some(p)];
      const made: Value = {
        ...turned,
        name: p.node('MatMul', [kernel(p, [out, into], into), turned.name])[0]!,
        shape: [out, turned.shape[1]!],
      };
      return gemm(p, transpose(p, act(p, made), [1, 0]), some(p));
    },
  },
  {
    label: 'elementwise/vector',
    fits: isVector,
    append: (p, x) => binary(p, p.random.pick(['Add', 'Mul', 'Sub']), act(p, x), along(p, x, 1)),
  },
  {
    label: 'BatchNormalization/vector',
    fits: isVector,
    append: (p, x) => {
      const made = gemm(p, x, some(p));
      const parts = [{ scale: 0.2, shift: 1 }, { scale: 0.3 }, { scale: 0.3 }].map(
        (data) => p.tensor([channelsOf(made)], data).name,
      );
      const variance = p.tensor(
        [channelsOf(made)],
        Array.from({ length: channelsOf(made) }, () => 0.5 + p.random.unit()),
      );
      return gemm(
        p,
        act(p, { ...made, name: p.node('BatchNormalization', [made.name, ...parts, variance.name])[0]! }),
        some(p),
      );
    },
  },
  {
    label: 'Concat/vector',
    fits: (x, others) => isVector(x) && besides(x, others).length > 0,
    append: (p, x, others) => gemm(p, concat(p, [x, p.random.pick(besides(x, others)), x], 1), some(p)),
  },
  {
    label: 'residual/vector',
    fits: isVector,
    append: (p, x) => binary(p, 'Add', x, gemm(p, act(p, gemm(p, x, some(p))), channelsOf(x))),
  },
  {
    label: 'vector to image',
    fits: (x) => isVector(x),
    append: (p, x) => {
      const out = p.random.between(2, 5);
      const [h, w] = [p.random.between(2, 3), p.random.between(2, 3)];
      const image = reshape(p, linear(p, x, out * h * w), [{ axis: 0 }, out, h, w], 1);
      const made = p.random.between(2, 5);
      const weight = kernel(p, [out, made, 2, 2], out, 1);
      const [name] = p.node('ConvTranspose', [act(p, image).name, weight, p.tensor([made]).name], {
        strides: [2, 2],
      });
      return {
        name: name!,
        shape: [x.shape[0]!, made, 2 * h, 2 * w],
        open: [x.open[0]!, false, false, false],
        channels: 1,
      };
    },
  },
];
