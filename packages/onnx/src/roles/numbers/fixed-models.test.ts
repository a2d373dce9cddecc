import { describe, expect, it } from 'vitest';
import type { ModelParts, NodeParts } from '../../graph.js';
import { pruneOnnx } from '../../index.js';
import { kernel, modelOf } from '../../testing/small-models.js';
import { hann, melMatrix, numbers, random, reasons, tensor, turn } from '../../testing/waves.js';

describe('a model of sounds', () => {
  const wave = random(9);
  const graph: ModelParts = {
    inputs: { x: [1, 1, 512] },
    tensors: [
      tensor(
        'a',
        numbers([130, 1, 128], (row = 0, _, n = 0) =>
          row < 65
            ? hann(n, 128) * Math.cos(turn(row, n, 128))
            : hann(n, 128) * Math.sin(turn(row - 65, n, 128)),
        ),
      ),
      tensor('b', melMatrix(130, 20)),
      tensor(
        'c',
        numbers([20, 16], () => wave()),
      ),
    ],
    nodes: [
      ['Conv', ['x', 'a'], ['s']],
      ['Mul', ['s', 's'], ['p']],
      ['Transpose', ['p'], ['t']],
      ['MatMul', ['t', 'b'], ['m']],
      ['Log', ['m'], ['l']],
      ['MatMul', ['l', 'c'], ['y']],
    ],
    outputs: { y: [] },
  };

  it('keeps its Fourier basis and mel matrix, and says so', async () => {
    expect(reasons(graph)).toEqual({
      a: 'false: fixed basis: its numbers are waves, as those of a Fourier transform',
      b: 'false: fixed basis: its numbers are a bank of filters, as a mel matrix',
      c: 'true: kernel of MatMul',
    });
    const { report } = await pruneOnnx(modelOf(graph), { sparsity: 0.5 });
    expect(report.weights.map(({ name }) => name)).toEqual(['c']);
    expect(report.notices).toMatchObject([{ code: 'fixed-basis', weights: ['a', 'b'] }]);
  });

  it('gives them up when include names them, and tells it', async () => {
    const { report } = await pruneOnnx(modelOf(graph), { sparsity: 0.5, select: { include: ['b', 'c'] } });
    expect(report.weights.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(report.notices.map(({ code, weights }) => [code, weights])).toEqual([
      ['fixed-basis', ['a']],
      ['fixed-basis-pruned', ['b']],
    ]);
  });
});

describe('a basis that only its name tells', () => {
  const named = (name: string, before: readonly NodeParts[] = [], input = 'x') =>
    reasons({
      inputs: { x: [] },
      tensors: [kernel(name), kernel('first')],
      nodes: [...before, ['MatMul', [input, name], ['y']]],
      outputs: { y: [] },
    })[name];

  it.each(['melW', 'frontend.mel_basis', 'stft/dft_real', 'spec.filterbank'])(
    '%s in front of all',
    (name) => {
      expect(named(name)).toBe('false: fixed basis: its name says so, and nothing before it is learned');
    },
  );

  it.each(['mel_encoder.conv1.weight', 'window_attention/qkv', 'cosine_head.weight', 'basics'])(
    'not %s',
    (name) => {
      expect(named(name)).toBe('true: kernel of MatMul');
    },
  );

  it('not behind what is learned', () => {
    const before = [['MatMul', ['x', 'first'], ['h']]] as never;
    expect(named('decoder.mel', before, 'h')).toBe('true: kernel of MatMul');
  });
});
