import { expect, it } from 'vitest';
import { encode } from '../format/encode.js';
import { pruneTflite } from '../pruning/prune-tflite.js';
import { toCsr } from '../sparse/to-csr.js';
import { type BuiltGraph, buildRoot, buildTflite } from '../testing/build-tflite.js';
import { type NetOptions, randomNet } from '../testing/random-net.js';
import { normals, normalTensor } from '../testing/small-models.js';
import { lintTflite } from './lint-tflite.js';

const NET: NetOptions = { height: 32, width: 32, seed: 2, padding: 'same', end: 'mean' };

const summary = (bytes: Uint8Array) =>
  lintTflite(bytes).layers.map(({ name, runs, could, reason }) => [name, runs, could, reason]);

it('says of every layer how it runs, how it could, and what it lacks', () => {
  const layers = lintTflite(buildTflite(randomNet(NET))).layers;
  expect(layers[0]).toEqual({
    name: 'first',
    op: 'CONV_2D',
    weight: 'first/w',
    shape: [8, 3, 3, 3],
    elements: 216,
    zeros: 0,
    stored: 'dense',
    runs: 'dense',
    could: 'dense',
    reason: 'XNNPACK runs 3×3 filters dense: it has sparse kernels for 1×1 convolutions',
  });
  expect(layers.find(({ name }) => name === 'point 0')).toMatchObject({
    runs: 'dense',
    could: 'sparse',
    reason:
      'CONV_2D "first": a 3×3 convolution with stride 2×2 on 3 channels, padded as SAME (0+1 by 0+1 zeros): a PAD of 1 ' +
      'at each edge and VALID does; 0 % of the 1×1 filters that run with it are zero, and more than two thirds have to ' +
      'be; nothing in the model is stored sparse',
  });
  expect(layers.at(-1)).toMatchObject({
    name: 'y',
    could: 'dense',
    reason: expect.stringContaining('FULLY_CONNECTED'),
  });
});

it('says of a model with too few zeros that its layers run dense', async () => {
  const options = { distribution: 'uniform', sparse: true } as const;
  const few = await pruneTflite(buildTflite(randomNet(NET)), { ...options, sparsity: 0.6 });
  const point = lintTflite(few.model).layers.find(({ name }) => name === 'point 0')!;
  expect(point).toMatchObject({ runs: 'dense', could: 'sparse' });
  expect(point.reason).toMatch(/(59\.\d|60) % of the 1×1 filters/);
  const many = await pruneTflite(buildTflite(randomNet(NET)), { ...options, sparsity: 0.7 });
  const [sparse] = lintTflite(many.model).layers.filter(({ name }) => name === 'point 0');
  expect(sparse).toMatchObject({ runs: 'sparse', could: 'sparse', reason: '', stored: 'sparse' });
});

it.each([
  [
    'a first layer of another kind',
    { x: { shape: [1, 33, 33, 4] }, 'first/w': normalTensor([8, 3, 3, 4], 1) },
    /on 4 channels/,
  ],
  [
    'a layer that gives more channels than it reads',
    { 'each 0/w': normalTensor([1, 3, 3, 16], 1) },
    /more channels than it reads/,
  ],
])('names %s', (_, tensors, reason) => {
  const net = randomNet({ ...NET, height: 33, width: 33, seed: 1 });
  const changed: BuiltGraph = { ...net, tensors: { ...net.tensors, ...tensors } };
  const points = lintTflite(buildTflite(changed)).layers.filter(({ name }) => name.startsWith('point'));
  for (const { could } of points) expect(could).toBe('dense');
  expect(points.some((point) => reason.test(point.reason))).toBe(true);
});

it('names operators that do not run channel after channel', () => {
  const net = randomNet({ ...NET, height: 33, width: 33 });
  const operators = net.operators.map((each) =>
    each[0] === 'MEAN' ? (['REDUCE_MAX', ...each.slice(1)] as unknown as typeof each) : each,
  );
  const last = lintTflite(buildTflite({ ...net, operators })).layers.findLast(({ name }) =>
    name.startsWith('point'),
  )!;
  expect(last).toMatchObject({ could: 'dense' });
  expect(last.reason).toBe('nothing behind it ends a sparse part: MEAN over height and width does');
});

it('says of a file that XNNPACK answers wrongly why', () => {
  const net = randomNet({ ...NET, height: 33, width: 33, padding: 'pad', leaves: true });
  const tensors = { ...net.tensors };
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!/^(point|again|leaves).*w$/.test(name)) continue;
    const values = normals((tensor.data as Float32Array).length, 1).map((value, i) =>
      i % 5 === 0 ? value : 0,
    );
    tensors[name] = { ...tensor, data: values };
  }
  const dense = buildRoot({ ...net, tensors });
  expect(lintTflite(encode(dense)).wrong).toBeUndefined();
  const { shape, data } = tensors['out/w']!;
  const { sparsity, values } = toCsr(shape, new Uint8Array((data as Float32Array).buffer), 4);
  tensors['out/w'] = { shape, data: values, more: { sparsity } };
  const bytes = buildTflite({
    ...net,
    tensors: { ...tensors, 'out/dense': { shape } },
    operators: [
      ...net.operators.slice(0, -1),
      ['DENSIFY', ['out/w'], ['out/dense'], 'DensifyOptions', {}],
      ['FULLY_CONNECTED', ['mean', 'out/dense', 'out/b'], ['y'], 'FullyConnectedOptions', {}],
    ],
  });
  expect(lintTflite(bytes).wrong).toMatch(/"leaves" would run channel after channel/);
});

it('lists nothing of a model without layers', () => {
  expect(
    summary(buildTflite({ inputs: ['x'], outputs: ['x'], tensors: { x: { shape: [1] } }, operators: [] })),
  ).toEqual([]);
});
