import { describe, expect, it } from 'vitest';
import { findWeights, type OnnxWeight } from '../index.js';
import { kernel, modelOf } from '../testing/small-models.js';

const byName = (weights: readonly OnnxWeight[]) =>
  Object.fromEntries(
    weights.map(({ name, pruned, reason }) => [name, `${pruned ? 'yes' : 'no'}: ${reason}`]),
  );

describe('the usual choice', () => {
  const bytes = modelOf({
    tensors: [
      kernel('conv', [4, 4, 3, 3]),
      kernel('bias', [4]),
      kernel('gemm'),
      kernel('table'),
      kernel('tied'),
      kernel('small', [2, 2]),
      kernel('vector', [64]),
      kernel('W', [1, 8, 8]),
      kernel('R', [1, 8, 8]),
      kernel('alone'),
      kernel('given'),
      kernel('sum'),
    ],
    nodes: [
      ['Conv', ['x', 'conv', 'bias'], ['a']],
      ['Gemm', ['b', 'gemm'], ['c']],
      ['Gather', ['table', 'ids'], ['d']],
      ['Gather', ['tied', 'ids'], ['e']],
      ['Transpose', ['tied'], ['tiedT']],
      ['MatMul', ['e', 'tiedT'], ['f']],
      ['MatMul', ['f', 'small'], ['h']],
      ['MatMul', ['f', 'vector'], ['i']],
      ['GRU', ['x', 'W', 'R'], ['j']],
      ['Add', ['sum', 'a'], ['k']],
      ['Shape', ['gemm'], ['l']],
    ],
    outputs: { given: [] },
  });

  it('takes kernels and says why it leaves the rest alone', () => {
    expect(byName(findWeights(bytes))).toEqual({
      conv: 'yes: kernel of Conv',
      bias: 'no: bias of Conv',
      gemm: 'yes: kernel of Gemm',
      table: 'no: embedding of Gather',
      tied: 'no: shared by input 0 of Gather, input 1 of MatMul',
      small: 'no: kernel of MatMul, fewer than 64 elements',
      vector: 'no: kernel of MatMul, of one dimension',
      W: 'yes: kernel of GRU',
      R: 'yes: recurrent kernel of GRU',
      alone: 'no: unused',
      given: 'no: output of the model',
      sum: 'no: operand of Add',
    });
  });

  it('gives way to include and exclude', () => {
    const pruned = (options: Parameters<typeof findWeights>[1]) =>
      findWeights(bytes, options)
        .filter((weight) => weight.pruned)
        .map(({ name }) => name);
    expect(pruned({ select: { include: ['table', /^(bias|gemm)$/] } })).toEqual(['gemm', 'table']);
    expect(pruned({ select: { include: ['bias'] } })).toEqual(['bias']);
    expect(pruned({ select: { exclude: [/^[WR]$/] } })).toEqual(['conv', 'gemm']);
    expect(pruned({ select: { include: [({ shape }) => shape.length === 4] } })).toEqual(['conv']);
    expect(pruned({ select: { minElements: 4 } })).toContain('small');
    expect(pruned({ select: 'conv' })).toEqual(['conv']);
    expect(pruned({ select: { include: ['small', /./], minElements: 200 } })).toEqual(['small']);
  });

  it('lists what there is when a selector picks nothing', () => {
    expect(() => findWeights(bytes, { select: { include: ['cnov'] } })).toThrow(
      expect.objectContaining({
        code: 'unmatched-selector',
        message: expect.stringContaining('"conv", "bias", "gemm"'),
      }),
    );
    expect(() => findWeights(bytes, { select: { exclude: [5 as never] } })).toThrow(TypeError);
  });
});
