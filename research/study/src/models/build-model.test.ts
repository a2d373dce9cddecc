import { decodeModel } from '@synaprune/onnx';
import { describe, expect, it } from 'vitest';
import type { ModelName } from '../run.js';
import { buildModel } from './build-model.js';
import { planOf } from './testing/plans.js';
import { tensorsOf } from './testing/transformer-reference.js';

const MODELS: readonly ModelName[] = ['rnn', 'lstm', 'gru', 'patch', 'patchtst'];
const BLOCK = ['query', 'key', 'value', 'out']
  .map((part) => `attention/${part}/kernel`)
  .concat('expand/kernel', 'contract/kernel');

function prunable(plan: Parameters<typeof buildModel>[0]): number {
  const { bytes, kernels } = buildModel(plan);
  const tensors = tensorsOf(bytes);
  return kernels.reduce((sum, name) => sum + tensors.get(name)!.length, 0);
}

describe('buildModel', () => {
  it.each(MODELS)('gives the same bits for the same seed, others for another: %s', (model) => {
    const of = (seed: number) => buildModel(planOf({ model, seed, dropout: 0.3 })).bytes;
    expect(of(7)).toEqual(of(7));
    expect(of(8)).not.toEqual(of(7));
  });

  it.each([
    // 64 rows a gate, each of 5 inputs, 64 states and 2 biases; 64 weights and a bias on top.
    ['rnn', 64 * (5 + 64 + 2) + 65],
    ['lstm', 4 * 64 * (5 + 64 + 2) + 65],
    ['gru', 3 * 64 * (5 + 64 + 2) + 65],
    // Projection, positions, two blocks of four square layers, two feed-forward ones and two norms, norm, head.
    ['patch', 6 * 64 + 7 * 64 + 2 * (4 * 65 * 64 + 65 * 256 + 257 * 64 + 256) + 128 + 65],
    // Patches of 2 rows, one row apart: 7 tokens. Three blocks of width 16.
    ['patchtst', 3 * 16 + 7 * 16 + 3 * (4 * 17 * 16 + 17 * 128 + 129 * 16 + 64) + 7 * 16 + 1],
  ] as const)('counts its trained numbers: %s %i', (model, parameters) => {
    expect(buildModel(planOf({ model })).parameters).toBe(parameters);
  });

  it.each(['rnn', 'lstm', 'gru'] as const)('prunes input, recurrent and head, in this order: %s', (model) => {
    expect(buildModel(planOf({ model })).kernels).toEqual([
      `${model}/input`,
      `${model}/recurrent`,
      'head/kernel',
    ]);
  });

  it('prunes blocks, projection and head of a transformer, and scales only under the published protocol', () => {
    const kernels = (scales: readonly string[]) => [
      ...['block1', 'block2'].flatMap((block) => [...BLOCK, ...scales].map((name) => `${block}/${name}`)),
      'patches/kernel',
      'head/kernel',
    ];
    expect(buildModel(planOf({ model: 'patch' })).kernels).toEqual(kernels([]));
    expect(buildModel(planOf({ model: 'patch', protocol: 'published' })).kernels).toEqual(
      kernels(['norm1/scale', 'norm2/scale']),
    );
    expect(buildModel(planOf({ model: 'patchtst', protocol: 'published' })).kernels).toHaveLength(3 * 6 + 2);
  });

  it.each([
    ['rnn', 1 / 8],
    ['lstm', 1 / 8],
    ['gru', 1 / 8],
  ] as const)('draws all weights of %s uniformly within 1/√64', (model, bound) => {
    for (const values of tensorsOf(buildModel(planOf({ model, features: 40 })).bytes).values()) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(bound);
      if (values.length > 50) expect(largest).toBeGreaterThan(0.9 * bound);
    }
  });

  it('draws linear layers of a transformer within 1/√inputs, weight and bias', () => {
    const tensors = tensorsOf(buildModel(planOf({ model: 'patch' })).bytes);
    const largest = (name: string) => Math.max(...tensors.get(name)!.map(Math.abs));
    for (const [layer, inputs] of [
      ['patches', 5],
      ['block1/attention/query', 64],
      ['block2/contract', 256],
      ['head', 64],
    ] as const) {
      const bound = Math.fround(1 / Math.sqrt(inputs));
      expect(largest(`${layer}/kernel`)).toBeLessThanOrEqual(bound);
      expect(largest(`${layer}/kernel`)).toBeGreaterThan(0.9 * bound);
      expect(largest(`${layer}/bias`)).toBeLessThanOrEqual(bound);
    }
  });

  it('has inputs for dropout only where there is dropout', () => {
    for (const model of MODELS) expect(buildModel(planOf({ model })).noise).toEqual([]);
    const shapes = (model: ModelName) =>
      buildModel(planOf({ model, dropout: 0.1 })).noise.map(({ name, shape }) => `${name} ${shape}`);
    expect(shapes('lstm')).toEqual(['noise 64']);
    expect(shapes('patch')).toEqual([
      ...['block1', 'block2'].flatMap((block) => [
        `${block}/attention/shares/noise 4,7,7`,
        `${block}/attention/noise 7,64`,
        `${block}/expand/noise 7,256`,
        `${block}/contract/noise 7,64`,
      ]),
      'norm/noise 7,64',
    ]);
    expect(shapes('patchtst').slice(0, 2)).toEqual([
      'positions/noise 3,7,16',
      'block1/attention/noise 3,7,16',
    ]);
  });

  it.each([
    ['patch', 7, 7],
    ['patch', 8, 4],
    ['patch', 14, 7],
    ['patch', 16, 6],
    ['patch', 30, 10],
    ['patch', 60, 15],
    ['patchtst', 2, 2],
    ['patchtst', 14, 7],
    ['patchtst', 60, 7],
    ['patchtst', 336, 42],
  ] as const)('%s cuts %i rows into %i tokens', (model, length, tokens) => {
    const positions = decodeModel(buildModel(planOf({ model, length })).bytes).graph!.initializer.find(
      ({ name }) => name === 'positions',
    )!;
    expect(Number(positions.dims[0])).toBe(tokens);
  });

  it.each([
    ['rnn', 0.5],
    ['lstm', 0.3],
    ['lstm', 0.7],
    ['gru', 0.5],
    ['patch', 0.5],
    ['patch', 0.7],
    ['patchtst', 0.5],
    ['patchtst', 0.7],
  ] as const)('has, narrowed, nearly as many weights as %s keeps at a sparsity of %f', (model, narrowed) => {
    const wanted = (1 - narrowed) * prunable(planOf({ model }));
    expect(Math.abs(prunable(planOf({ model, narrowed })) / wanted - 1)).toBeLessThan(0.025);
  });

  it('takes the nearest of all hidden sizes', () => {
    // LSTM of h units: 4·h·(5 + h) + h. 0.3 of 17,728 is 5,318.4; 34 units have 5,338, 33 have 5,049.
    expect(prunable(planOf({ model: 'lstm', narrowed: 0.7 }))).toBe(5338);
  });

  it('refuses windows that patchtst cannot normalise', () => {
    expect(() => buildModel(planOf({ model: 'patchtst', length: 1 }))).toThrow(
      expect.objectContaining({
        name: 'PruneError',
        code: 'bad-data',
        message: expect.stringMatching(/needs a length of at least 2, got 1/),
      }),
    );
  });

  it.each([
    [{ length: 0 }, /length is a positive integer, got 0/],
    [{ channels: 6 }, /first of the 5 features, got 6/],
    [{ targetChannel: 3 }, /one of 3 channels, got 3/],
    [{ narrowed: 1 }, /narrowed lies in \[0, 1\), got 1/],
    [{ dropout: Number.NaN }, /dropout lies in \[0, 1\), got NaN/],
    [{ seed: 0.5 }, /seed is an integer, got 0.5/],
  ])('refuses %o', (rest, message) => {
    expect(() => buildModel(planOf({ model: 'lstm', ...rest }))).toThrow(message);
  });
});
