import { findWeights } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { compressOnnx, scanOnnx } from '../index.js';
import { numbers, randomParts } from '../testing/models.js';
import { useWebgpuInPage } from '../testing/use-in-chromium.js';

const { ort, executionProviders } = await useWebgpuInPage();

/** A convolution and a product. */
const model = buildModel({
  inputs: { x: [1, 2, 8, 8] },
  tensors: {
    conv: randomParts([8, 2, 3, 3], 1),
    bias: randomParts([8], 2),
    flat: { shape: [2], type: 'int64', data: [1, 288] },
    head: randomParts([288, 4], 3),
  },
  nodes: [
    ['Conv', ['x', 'conv', 'bias'], ['c']],
    ['Relu', ['c'], ['r']],
    ['Reshape', ['r', 'flat'], ['f']],
    ['MatMul', ['f', 'head'], ['y']],
  ],
  outputs: ['y'],
});
const inputs = [1, 2, 3, 4, 5, 6].map((seed) => ({ x: { data: numbers(128, seed), dims: [1, 2, 8, 8] } }));

describe('on WebGPU in Chromium', () => {
  it('compressOnnx captures and refits as in WebAssembly', async () => {
    const options = { model, inputs, keep: 0.5, unit: 'weight', distribution: 'uniform' } as const;
    const { model: there, report } = await compressOnnx({ ort, executionProviders, ...options });
    const { report: here } = await compressOnnx({ ort, executionProviders: ['wasm'], ...options });
    expect(findWeights(there).map(({ zeros }) => zeros)).toEqual([72, 0, undefined, 576]);
    expect(report.removed).toEqual(here.removed);
    for (const [i, { error }] of report.layers.entries()) {
      expect(error!.after).toBeCloseTo(here.layers[i]!.error!.after, 3);
    }
    expect(report.agreement).toBeCloseTo(here.agreement, 2);
  });

  it('scanOnnx finds what each layer bears', async () => {
    const { layers } = await scanOnnx({
      ort,
      executionProviders,
      model,
      inputs,
      unit: 'weight',
      levels: [0.5],
    });
    expect(layers.map(({ name }) => name)).toEqual(['conv', 'head']);
  });
});
