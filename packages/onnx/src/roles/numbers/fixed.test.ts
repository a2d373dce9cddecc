import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelParts, NodeParts } from '../../graph.js';
import { pruneOnnx, tensorFromFloat32 } from '../../index.js';
import { kernel, modelOf } from '../../testing/small-models.js';
import { findRoles } from '../find-roles.js';
import { isFilterBank } from './filter-bank.js';
import { areSinusoids, type Numbers } from './sinusoids.js';

function numbers(shape: readonly number[], at: (...index: number[]) => number): Numbers {
  return {
    shape,
    at: (flat) => {
      let rest = flat;
      const index = shape.map((_, axis) => {
        const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
        const here = Math.floor(rest / inner);
        rest %= inner;
        return here;
      });
      return at(...index);
    },
  };
}

const random = (seed: number) => {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
};
const turn = (k: number, n: number, size: number) => (2 * Math.PI * k * n) / size;
const hann = (n: number, size: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
/** HTK's mel matrix, [bins, filters]: triangles between frequencies that are evenly spaced in mel. */
function melMatrix(bins: number, filters: number): Numbers {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const top = toMel(8000);
  const edges = Array.from(
    { length: filters + 2 },
    (_, i) => 700 * (10 ** ((top * i) / (filters + 1) / 2595) - 1),
  );
  return numbers([bins, filters], (bin = 0, filter = 0) => {
    const hertz = (8000 * bin) / (bins - 1);
    const [low = 0, middle = 0, high = 0] = edges.slice(filter);
    return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
  });
}

describe('waves are recognised', () => {
  const cases: Record<string, Numbers> = {
    'cosines then sines under a window, as kernels of a convolution': numbers(
      [130, 1, 128],
      (row = 0, _, n = 0) =>
        row < 65
          ? hann(n, 128) * Math.cos(turn(row, n, 128))
          : -hann(n, 128) * Math.sin(turn(row - 65, n, 128)),
    ),
    'cosines and sines in turn, on the other axis': numbers([64, 66], (n = 0, column = 0) =>
      column % 2 === 0 ? Math.cos(turn(column / 2, n, 64)) : Math.sin(turn((column - 1) / 2, n, 64)),
    ),
    'a cosine transform with its first row scaled': numbers(
      [40, 13],
      (n = 0, k = 0) => Math.cos((Math.PI / 40) * (n + 0.5) * k) * (k === 0 ? Math.SQRT1_2 : 1),
    ),
    'a rotary table': numbers([1, 1, 32, 64], (_, __, position = 0, i = 0) =>
      Math.fround(Math.cos(position / 10000 ** ((i % 32) / 32))),
    ),
    'sines and cosines of positions in turn': numbers([50, 32], (position = 0, i = 0) => {
      const angle = position / 10000 ** ((i - (i % 2)) / 32);
      return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  };
  it.each(Object.keys(cases))('%s', (name) => expect(areSinusoids(cases[name]!)).toBe(true));
});

describe('what is no table of waves is not taken for one', () => {
  it('random numbers of any shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 1e6 }),
        (shape, seed) => {
          const next = random(seed);
          const values = Float32Array.from(
            {
              length: Math.min(
                20_000,
                shape.reduce((a, b) => a * b),
              ),
            },
            next,
          );
          const table = { shape, at: (i: number) => values[i % values.length]! + 0 * i };
          return values.length < 16 || shape.reduce((a, b) => a * b) > 20_000 || !areSinusoids(table);
        },
      ),
    );
  });

  const next = random(5);
  const noise = Float64Array.from({ length: 64 * 64 }, next);
  const cases: Record<string, Numbers> = {
    'all ones': numbers([32, 32], () => 1),
    'a ramp': numbers([32, 32], (i = 0, j = 0) => 32 * i + j - 511.5),
    'one wave over the flat index': numbers([32, 32], (i = 0, j = 0) => Math.sin((32 * i + j) * 0.37)),
    'signs in turn': numbers([32, 32], (i = 0, j = 0) => (-1) ** (i + j) * (i + 1)),
    'the identity': numbers([32, 32], (i = 0, j = 0) => (i === j ? 1 : 0)),
    'smooth filters with a little noise': numbers(
      [64, 64],
      (i = 0, j = 0) => Math.exp(-(((j - i) / 9) ** 2)) * Math.cos(j / 5) + 0.05 * noise[64 * i + j]!,
    ),
    'waves with a tenth of noise': numbers(
      [64, 64],
      (i = 0, j = 0) => Math.cos(turn(i, j, 64)) + 0.1 * noise[64 * i + j]!,
    ),
    nothing: numbers([32, 32], () => 0),
  };
  it.each(Object.keys(cases))('%s', (name) => expect(areSinusoids(cases[name]!)).toBe(false));
});

describe('banks of filters', () => {
  it.each([
    [201, 80],
    [257, 40],
    [129, 64],
  ])('a mel matrix of %i bins and %i filters is one, either way round', (bins, filters) => {
    const mel = melMatrix(bins, filters);
    expect(isFilterBank(mel)).toBe(true);
    const turned = numbers([filters, bins], (filter = 0, bin = 0) => mel.at(bin * filters + filter));
    expect(isFilterBank(turned)).toBe(true);
  });

  it.each([
    ['the identity', numbers([32, 32], (i = 0, j = 0) => (i === j ? 1 : 0))],
    ['all ones', numbers([32, 32], () => 1)],
    ['nothing', numbers([32, 32], () => 0)],
    [
      'random numbers above 0',
      numbers(
        [32, 32],
        (
          (next) => () =>
            Math.abs(next())
        )(random(3)),
      ),
    ],
    [
      'a random kernel with nine tenths of zeros',
      numbers(
        [64, 64],
        (
          (next) => () =>
            Math.max(0, next() - 0.8)
        )(random(4)),
      ),
    ],
  ])('%s is none', (_, table) => expect(isFilterBank(table)).toBe(false));
});

const tensor = (name: string, { shape, at }: Numbers) =>
  tensorFromFloat32(
    name,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => at(i)),
    shape,
  );

const reasons = (graph: ModelParts) =>
  Object.fromEntries(
    findRoles(modelOf(graph)).map(({ name, kernel: is, reason }) => [name, `${is}: ${reason}`]),
  );

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
