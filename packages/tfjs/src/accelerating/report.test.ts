import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';
import type { AccelerateOptions } from './options.js';

beforeEach(() => useBackend('wasm'));

function createMixed(): tf.LayersModel {
  const { layers } = tf;
  return tf.sequential({
    layers: [
      layers.conv2d({ name: 'window', filters: 8, kernelSize: 3, inputShape: [6, 6, 2] }),
      layers.conv2d({ name: 'step', filters: 8, kernelSize: 1, strides: 2 }),
      layers.conv2d({ name: 'pixel', filters: 32, kernelSize: 1 }),
      layers.flatten(),
      layers.dense({ name: 'full', units: 64 }),
      layers.dense({ name: 'blocks', units: 64 }),
      layers.dense({ name: 'out', units: 2 }),
    ],
  });
}

/** Sets kernels to 1 where `kept` says so. */
function keep(model: tf.LayersModel, name: string, kept: (input: number, output: number) => boolean): void {
  const layer = model.getLayer(name);
  tf.tidy(() => {
    const [kernel, bias] = layer.getWeights();
    const outputs = kernel!.shape.at(-1)!;
    const values = Float32Array.from({ length: kernel!.size }, (_, i) =>
      Number(kept(Math.floor(i / outputs), i % outputs)),
    );
    layer.setWeights([tf.tensor(values, kernel!.shape), bias!]);
  });
}

describe('the report of accelerate', () => {
  it('tells of every layer with kernels what multiplies in it, and why', () => {
    const model = createMixed();
    keep(model, 'window', () => false);
    keep(model, 'step', (input) => input === 0);
    keep(model, 'pixel', (input, output) => (input + output) % 4 === 0);
    keep(model, 'full', () => true);
    keep(model, 'blocks', (input, output) => (input + Math.floor(output / 16)) % 5 === 0);
    keep(model, 'out', (input) => input === 0);
    const { report, release } = accelerate(model, { select: { exclude: 'out/kernel' } });
    expect(report.layers.map(({ milliseconds, ...layer }) => layer)).toEqual([
      ...[
        ['window', 1, 'dense', 'there are no packed products for windows of 3×3'],
        ['step', 0.875, 'dense', 'there are no packed products for strides of 2×2'],
        ['pixel', 0.75, 'csr', '75 % of its weights are zero'],
      ].map(([name, sparsity, kernel, why]) => ({ name, kind: 'Conv2D', sparsity, kernel, why })),
      ...[
        ['full', 0, 'dense', '0 % of its weights are zero: multiplying all is faster'],
        [
          'blocks',
          1 - 51 / 256,
          'blocks',
          '80.1 % of its weights are zero, and skipping blocks of 4 outputs is fastest',
        ],
        ['out', 63 / 64, 'dense', 'it is left out by select'],
      ].map(([name, sparsity, kernel, why]) => ({ name, kind: 'Dense', sparsity, kernel, why })),
    ]);
    const elements = [144, 64, 256, 128 * 64, 64 * 64, 128];
    const zeros = report.layers.reduce((sum, { sparsity }, i) => sum + sparsity * elements[i]!, 0);
    expect(report.sparsity).toBeCloseTo(zeros / elements.reduce((sum, count) => sum + count), 10);
    expect(report.backend).toBe('wasm');
    release();
    model.dispose();
  });

  it('has times of the batch that was asked for, of every layer and of all', () => {
    const model = ZOO['states handed on']!();
    prune(model, 0.8, 1);
    const { numTensors } = tf.memory();
    const x = tensorOf(1, [3, 7, 5]);
    const given: readonly (readonly [AccelerateOptions, number])[] = [
      [{}, 1],
      [{ batch: 2 }, 2],
      [{ inputs: x }, 3],
    ];
    for (const [options, batch] of given) {
      const { report, release } = accelerate(model, options);
      expect(report.batch).toBe(batch);
      const times = [report, ...report.layers].flatMap(({ milliseconds: { before, after } }) => [
        before,
        after,
      ]);
      expect(times.every((time) => time > 0 && time < 60_000)).toBe(true);
      expect(report.speedup).toBeGreaterThan(0);
      release();
    }
    x.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    model.dispose();
  });

  it('names layers by where they are', () => {
    const models = ['both ways', 'at every step', 'models in a model, layers in two places'].map((kind) => {
      const model = ZOO[kind]!();
      prune(model, 0.8, 1);
      const { report, release } = accelerate(model);
      release();
      model.dispose();
      return report.layers.map(({ name, kind }) => `${kind} ${name.replaceAll(/_\w*?\d+/g, '')}`);
    });
    expect(models).toEqual([
      [
        'LSTM bidirectional/forward',
        'LSTM bidirectional/backward',
        'GRU bidirectional/forward',
        'GRU bidirectional/backward',
      ],
      ['Dense time/dense', 'LSTM lstm', 'Dense time/dense'],
      ['Dense dense', 'Dense sequential/dense', 'Dense sequential/dense'],
    ]);
  });
});

describe('a chain of packed layers', () => {
  const kernelsOf = async (model: tf.LayersModel, x: tf.Tensor) => {
    const { kernelNames } = await tf.profile(() => answers(model, x));
    return kernelNames;
  };

  it.each(['dense layers', 'LSTM', 'a chain of models', 'dense layers of sequences'])(
    'predicts without a kernel of tfjs, until it is another model: %s',
    async (kind) => {
      const model = ZOO[kind]!() as tf.Sequential;
      prune(model, 0.8, 1);
      const x = zooInputs(model, 3, 5);
      const { release } = accelerate(model);
      expect(await kernelsOf(model, x)).toEqual([]);
      const before = answers(model, x).flat();
      model.add(tf.layers.activation({ activation: 'relu' }));
      // Before it is built anew, tfjs leaves out what was added.
      expect(answers(model, x).flat()).toEqual(before);
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      const after = answers(model, x).flat();
      expect(
        distance(
          after,
          before.map((value) => Math.max(0, value)),
        ),
      ).toBeLessThan(1e-5);
      expect(await kernelsOf(model, x)).toContain('Relu');
      release();
      x.dispose();
      model.dispose();
    },
  );

  it('calls its layers where somebody looks at them', () => {
    const model = ZOO['a chain of models']!();
    prune(model, 0.8, 1);
    const x = zooInputs(model, 3, 5);
    const { release } = accelerate(model);
    let calls = 0;
    model.layers.at(-1)!.setCallHook(() => {
      calls += 1;
    });
    answers(model, x);
    expect(calls).toBe(1);
    release();
    x.dispose();
    model.dispose();
  });
});
