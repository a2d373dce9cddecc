import { describe, expect, it } from 'vitest';
import type { ModelParts } from '../../graph.js';
import { tensorFromFloat32 } from '../../index.js';
import { modelOf } from '../../testing/small-models.js';
import { numbers, random, tensor } from '../../testing/waves.js';
import { findRoles } from '../find-roles.js';

describe('parameters outside kernels', () => {
  const next = random(2);
  const vector = (name: string, size: number) =>
    tensor(
      name,
      numbers([size], () => next()),
    );
  const matrix = (name: string, shape: readonly number[]) =>
    tensor(
      name,
      numbers(shape, () => next()),
    );
  const single = (name: string, is: number) => tensorFromFloat32(name, Float32Array.of(is), []);
  const roles = (graph: ModelParts) =>
    Object.fromEntries(findRoles(modelOf(graph)).map(({ name, role }) => [name, role]));

  it('of a transformer, written out, are told apart from the numbers of its formulas', () => {
    expect(
      roles({
        inputs: { ids: [], patches: [] },
        tensors: [
          matrix('words', [20, 16]),
          matrix('places', [1, 6, 16]),
          matrix('class', [1, 1, 16]),
          single('two', 2),
          single('small', 1e-5),
          vector('norm.weight', 16),
          vector('norm.bias', 16),
          matrix('qk', [16, 16]),
          vector('qk.bias', 16),
          vector('layer_scale', 16),
          single('root', 4),
          tensor(
            'causal',
            numbers([1, 1, 6, 6], (_, __, i = 0, j = 0) => (j > i ? -10000 : 0)),
          ),
          matrix('out', [16, 3]),
          single('logit_scale', 2.6),
          single('half', 0.5),
        ],
        nodes: [
          ['Gather', ['words', 'ids'], ['w']],
          ['Concat', ['class', 'w'], ['j'], { axis: 1 }],
          ['Add', ['j', 'places'], ['e']],
          ['ReduceMean', ['e'], ['mean']],
          ['Sub', ['e', 'mean'], ['d']],
          ['Pow', ['d', 'two'], ['d2']],
          ['ReduceMean', ['d2'], ['v']],
          ['Add', ['v', 'small'], ['ve']],
          ['Sqrt', ['ve'], ['std']],
          ['Div', ['d', 'std'], ['n']],
          ['Mul', ['norm.weight', 'n'], ['ns']],
          ['Add', ['ns', 'norm.bias'], ['nb']],
          ['MatMul', ['nb', 'qk'], ['q0']],
          ['Add', ['qk.bias', 'q0'], ['q']],
          ['Mul', ['q', 'layer_scale'], ['qs']],
          ['Transpose', ['qs'], ['k']],
          ['MatMul', ['qs', 'k'], ['a0']],
          ['Div', ['a0', 'root'], ['a1']],
          ['Add', ['a1', 'causal'], ['a2']],
          ['Softmax', ['a2'], ['a']],
          ['MatMul', ['a', 'qs'], ['o']],
          ['MatMul', ['o', 'out'], ['l0']],
          ['Mul', ['l0', 'logit_scale'], ['l1']],
          ['Mul', ['l1', 'half'], ['y']],
        ],
        outputs: { y: [] },
      }),
    ).toEqual({
      words: 'embedding',
      places: 'position',
      class: 'position',
      two: 'setting',
      small: 'other',
      'norm.weight': 'normalisation',
      'norm.bias': 'normalisation',
      qk: 'kernel',
      'qk.bias': 'bias',
      layer_scale: 'scale',
      root: 'other',
      causal: 'position',
      out: 'kernel',
      logit_scale: 'scale',
      half: 'other',
    });
  });

  it('of a detector: what prepares the input and what makes boxes of numbers is none', () => {
    expect(
      roles({
        inputs: { image: [] },
        tensors: [
          matrix('mean', [1, 3, 1, 1]),
          matrix('deviation', [1, 3, 1, 1]),
          matrix('conv', [8, 3, 3, 3]),
          vector('slope', 8),
          matrix('head', [8, 4]),
          vector('head.bias', 4),
          matrix('anchors', [1, 30, 4]),
          vector('variances', 4),
        ],
        nodes: [
          ['Sub', ['image', 'mean'], ['c']],
          ['Div', ['c', 'deviation'], ['n']],
          ['Conv', ['n', 'conv'], ['f']],
          ['PRelu', ['f', 'slope'], ['r']],
          ['Reshape', ['r', 'shape'], ['s']],
          ['Gemm', ['s', 'head', 'head.bias'], ['b']],
          ['Mul', ['b', 'variances'], ['v']],
          ['Add', ['v', 'anchors'], ['y']],
        ],
        outputs: { y: [] },
      }),
    ).toEqual({
      mean: 'other',
      deviation: 'other',
      conv: 'kernel',
      slope: 'slope',
      head: 'kernel',
      'head.bias': 'bias',
      anchors: 'other',
      variances: 'other',
    });
  });

  it('that are masks, by their numbers, are fixed', () => {
    const [, causal] = findRoles(
      modelOf({
        inputs: { x: [] },
        tensors: [
          matrix('w', [16, 16]),
          tensor(
            'causal',
            numbers([1, 1, 6, 6], (_, __, i = 0, j = 0) => (j > i ? -10000 : 0)),
          ),
          matrix('v', [16, 16]),
        ],
        nodes: [
          ['MatMul', ['x', 'w'], ['h']],
          ['Add', ['h', 'causal'], ['a']],
          ['MatMul', ['a', 'v'], ['y']],
        ],
      }),
    );
    expect(causal).toMatchObject({ fixed: 'a mask', reason: 'a mask', kernel: false });
  });
});
