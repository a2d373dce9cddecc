import { pruneOnnx, tensorFromFloat32 } from '@synaprune/onnx';
import { buildModel, type GraphParts } from '@synaprune/onnx/graph';
import { channelImportance, shrinkOnnx } from '@synaprune/onnx-shrink';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareOnnx, scanOnnx, sensitivityDistribution } from '../index.js';
import { numbers, perceptron, randomTensor } from '../testing/models.js';
import { type TestRuntime, useNode } from '../testing/runtimes.js';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await useNode();
});

const samples = Array.from({ length: 4 }, (_, i) => ({ x: numbers(6 * 3, 50 + i) }));

/** A convolution with its normalisation, another, and a mean over places. */
function convolutions(): Uint8Array {
  return buildModel({
    inputs: { x: ['batch', 2, 6, 6] },
    tensors: [
      randomTensor('w1', [8, 2, 3, 3], 1),
      ...['scale', 'shift', 'mean'].map((name, i) => randomTensor(name, [8], 10 + i)),
      tensorFromFloat32('variance', new Float32Array(8).fill(0.5), [8]),
      randomTensor('w2', [4, 8, 3, 3], 2),
      randomTensor('w3', [4, 3], 3),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['c1']],
      ['BatchNormalization', ['c1', 'scale', 'shift', 'mean', 'variance'], ['n1']],
      ['Relu', ['n1'], ['r1']],
      ['Conv', ['r1', 'w2'], ['c2']],
      ['ReduceMean', ['c2'], ['m'], { axes: [2, 3], keepdims: 0 }],
      ['MatMul', ['m', 'w3'], ['y']],
    ],
    outputs: { y: ['batch', 3] },
    opset: 13,
  });
}

describe('scanOnnx', () => {
  it('names layers that no sample needs', async () => {
    const branch = (name: string, seed: number) => ({
      graph: {
        tensors: [randomTensor(name, [8, 8], seed)],
        nodes: [['MatMul', ['h', name], [`${name} out`]]] as const,
        outputs: [`${name} out`],
      },
    });
    const model = buildModel({
      inputs: { x: ['batch', 6] },
      tensors: {
        first: { shape: [6, 8], data: numbers(48, 1) },
        yes: { type: 'bool', shape: [], data: [1] },
      },
      nodes: [
        ['MatMul', ['x', 'first'], ['h']],
        ['If', ['yes'], ['y'], { then_branch: branch('taken', 2), else_branch: branch('left', 3) }],
      ],
      outputs: ['y'],
    });
    const { notices } = await scanOnnx({
      ...{ ort: runtime.ort, model, levels: [0.5], select: { minElements: 1 } },
      inputs: samples.map(({ x }) => ({ x: { data: x, dims: [3, 6] } })),
    });
    expect(notices).toEqual([
      {
        code: 'unfelt-layers',
        message: expect.stringContaining('the same without "left"'),
        weights: ['left'],
      },
    ]);
  });

  it('measures each weight alone as if it had been pruned alone', async () => {
    const model = perceptron();
    const {
      layers,
      unit,
      samples: count,
    } = await scanOnnx({
      ort: runtime.ort,
      model,
      inputs: samples,
      levels: [0.75, 0.5],
      select: { include: ['k1', 'k2'] },
    });
    expect([unit, count, layers.map(({ name, elements }) => [name, elements])]).toEqual([
      'weight',
      4,
      [
        ['k1', 48],
        ['k2', 24],
      ],
    ]);
    for (const { name, levels } of layers) {
      expect(levels.map(({ sparsity }) => sparsity)).toEqual([0.5, 0.75]);
      for (const { sparsity, agreement } of levels) {
        const { model: after } = await pruneOnnx(model, { sparsity, select: { include: name } });
        const alone = await compareOnnx({ ort: runtime.ort, before: model, after, inputs: samples });
        expect(agreement).toBeCloseTo(alone.agreement, 4);
      }
    }
  });

  it('measures each group of channels alone as if it had been cut', async () => {
    const model = convolutions();
    const inputs = Array.from({ length: 3 }, (_, i) => ({ x: numbers(72, 80 + i) }));
    const { layers } = await scanOnnx({
      ort: runtime.ort,
      model,
      inputs,
      unit: 'channel',
      levels: [0.25, 0.5],
    });
    const ranked = channelImportance(model);
    expect(layers.map(({ name }) => name)).toEqual(Object.keys(ranked));
    for (const { name, elements, levels } of layers) {
      for (const { sparsity, agreement } of levels) {
        const { model: after } = shrinkOnnx(model, { keep: { [name]: 1 - sparsity } });
        const cut = await compareOnnx({ ort: runtime.ort, before: model, after, inputs });
        expect(agreement).toBeCloseTo(cut.agreement, 4);
        expect(Number.isInteger(sparsity * elements)).toBe(true);
      }
    }
  });

  it('reaches weights that cannot be fed: those in a branch', async () => {
    const branch = (name: string, seed: number): { readonly graph: GraphParts } => ({
      graph: {
        tensors: [randomTensor(`${name}w`, [6, 4], seed)],
        nodes: [['MatMul', ['x', `${name}w`], [`${name}y`]]],
        outputs: { [`${name}y`]: [3, 4] },
      },
    });
    const model = buildModel({
      inputs: { x: [3, 6], flag: { shape: [], type: 'bool' } },
      tensors: [randomTensor('k', [4, 4], 1)],
      nodes: [
        ['If', ['flag'], ['h'], { then_branch: branch('a', 2), else_branch: branch('b', 3) }],
        ['MatMul', ['h', 'k'], ['y']],
      ],
      outputs: { y: [3, 4] },
    });
    const inputs = samples.map((one) => ({ ...one, flag: { data: Uint8Array.of(1), dims: [] } }));
    const { layers } = await scanOnnx({
      ort: runtime.ort,
      model,
      inputs,
      levels: [0.5],
      select: { minElements: 4 },
    });
    const found = Object.fromEntries(layers.map(({ name, levels }) => [name, levels[0]!.agreement]));
    expect(Object.keys(found).sort()).toEqual(['aw', 'bw', 'k']);
    expect(found.aw).toBeLessThan(1);
    expect(found.bw).toBe(1);
  });

  it('finds a distribution that costs less than the same sparsity everywhere', async () => {
    const model = convolutions();
    const draw = (from: number) => Array.from({ length: 8 }, (_, i) => ({ x: numbers(72, from + i) }));
    const { layers } = await scanOnnx({
      ort: runtime.ort,
      model,
      inputs: draw(100),
      select: { minElements: 12 },
    });
    const agreement = async (distribution: Parameters<typeof pruneOnnx>[1]['distribution']) => {
      const options = { sparsity: 0.4, select: { minElements: 12 }, distribution: distribution! };
      const { model: after } = await pruneOnnx(model, options);
      return (await compareOnnx({ ort: runtime.ort, before: model, after, inputs: draw(500) })).agreement;
    };
    expect(await agreement(sensitivityDistribution(layers))).toBeGreaterThan(await agreement('uniform'));
  });

  it('says when nothing made a difference, and when the inputs are noise', async () => {
    const { notices } = await scanOnnx({ ort: runtime.ort, model: perceptron(), metric: () => 1 });
    expect(notices.map(({ code }) => code)).toEqual(['noise-inputs', 'flat-scan']);
  });

  it('says when the model answers with NaN', async () => {
    const model = buildModel({
      inputs: { x: ['batch', 2] },
      tensors: { w: { shape: [2, 2], data: Float32Array.of(Number.NaN, 1, 2, 3) } },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    });
    const { notices } = await scanOnnx({ ort: runtime.ort, model, inputs: [{ x: Float32Array.of(1, 2) }] });
    expect(notices.map(({ code }) => code)).toContain('nan-answers');
  });

  it('tells how far it is, and stops when told to', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const running = scanOnnx({
      ort: runtime.ort,
      model: perceptron(),
      inputs: samples,
      select: { include: ['k1', 'k2'] },
      signal: controller.signal,
      onProgress: ({ done, total, layer, sparsity }) => {
        seen.push(`${done}/${total} ${layer} ${sparsity}`);
        if (done === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(seen).toEqual(['1/8 k1 0.2916666666666667', '2/8 k2 0.2916666666666667', '3/8 k1 0.5']);
  });

  it('refuses what does not fit', async () => {
    const [model, { ort }] = [perceptron(), runtime];
    await expect(scanOnnx({ ort, model, levels: [] })).rejects.toThrow(TypeError);
    await expect(scanOnnx({ ort, model, onProgress: 1 as never })).rejects.toThrow(
      /onProgress to be a function/,
    );
    await expect(scanOnnx({ ort, model, levels: [1] })).rejects.toThrow(RangeError);
    await expect(scanOnnx({ ort, model, unit: 'channel', select: /x/ })).rejects.toThrow('select');
    await expect(scanOnnx({ ort, model, level: 1 } as never)).rejects.toThrow('did you mean "levels"');
    const none = buildModel({ inputs: { x: [2] }, nodes: [['Relu', ['x'], ['y']]], outputs: { y: [2] } });
    await expect(scanOnnx({ ort, model: none, unit: 'channel' })).rejects.toMatchObject({
      code: 'no-weights',
    });
    await expect(scanOnnx({ ort, model: none })).rejects.toMatchObject({ code: 'no-weights' });
  });
});
