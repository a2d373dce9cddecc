import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { createSimulatedBinding } from '../testing/simulated/binding.mjs';
import { constantSparsity, createPruner, pruneModel, tfjsNodeBackend } from './index.js';

const binding = createSimulatedBinding(tf);
loadTfjsNode('@tensorflow/tfjs-node', binding);
tf.env().set('PROD', true);

afterEach(async () => void (await tf.setBackend('tensorflow')));

function createModel(): tf.LayersModel {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [4] })] });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  return model;
}

describe('simulated binding: tfjsNodeBackend', () => {
  it('says which package and which device it is on', () => {
    const { manifest } = tfjsNodeBackend();
    expect(manifest).toMatchObject({ name: 'tfjs-node (CPU)', subnormals: 'zero', nanPayloads: 'tied' });
  });

  it('refuses another backend, and says how to switch', async () => {
    await tf.setBackend('cpu');
    expect(() => tfjsNodeBackend()).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringContaining("its backend is cpu: await tf.setBackend('tensorflow')"),
      }),
    );
  });

  it('refuses to go on when tfjs is switched to another backend, and changes nothing', async () => {
    const weight = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const pruner = createPruner({
      backend: tfjsNodeBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule: constantSparsity(0.5),
    });
    await tf.setBackend('cpu');
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'unsupported' });
    await tf.setBackend('tensorflow');
    expect([...weight.dataSync()]).toEqual([3, -1, 2, -4]);
    await pruner.update(0);
    expect([...weight.dataSync()]).toEqual([3, 0, 0, -4]);
    pruner.dispose();
    weight.dispose();
  });

  it.each(['int32', 'bool'] as const)('refuses weights of %s', (dtype) => {
    const weight = tf.variable(tf.tensor1d([1, 0, 1], dtype));
    expect(() => tfjsNodeBackend().createMask(weight)).toThrow(/float32/);
    weight.dispose();
  });

  it('refuses a weight that was disposed of, and prunes none of the others', async () => {
    const [first, second] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))];
    const weights = [
      { name: 'first', weight: first },
      { name: 'second', weight: second },
    ];
    const pruner = createPruner({ backend: tfjsNodeBackend(), weights, schedule: constantSparsity(0.5) });
    second.dispose();
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'weight-changed' });
    expect([...first.dataSync()]).toEqual([1, 2]);
    pruner.dispose();
    first.dispose();
  });

  it('is whole again after the device failed in the middle of an update', async () => {
    const weight = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const schedule = constantSparsity(0.5);
    const pruner = createPruner({
      backend: tfjsNodeBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule,
    });
    weight.abs().dispose();
    const { executeOp } = binding;
    const [tensors, handles] = [tf.memory().numTensors, binding.getNumOfTensors()];
    binding.executeOp = (name, ...rest) => {
      if (name === 'Select' && rest[1].length === 3 && failing) throw new Error('out of memory');
      return executeOp(name, ...rest);
    };
    let failing = true;
    await expect(pruner.update(0)).rejects.toThrow('out of memory');
    failing = false;
    binding.executeOp = executeOp;
    expect([...weight.dataSync()]).toEqual([3, -1, 2, -4]);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(binding.getNumOfTensors()).toBeLessThanOrEqual(handles + 1);
    await pruner.update(0);
    expect([...weight.dataSync()]).toEqual([3, 0, 0, -4]);
    pruner.dispose();
    weight.dispose();
  });

  it('keeps subnormal weights bit for bit although they rank as zero', async () => {
    const weight = tf.variable(tf.tensor1d([1e-40, 2, -1e-45, 3, 0, 4]));
    const schedule = constantSparsity(1 / 3);
    const pruner = createPruner({
      backend: tfjsNodeBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule,
    });
    await pruner.update(0);
    // Three tie at zero; the first two of them go, by their index.
    expect([...weight.dataSync()]).toEqual([0, 2, 0, 3, 0, 4]);
    weight.assign(tf.tensor1d([1, 1e-40, 1, -1e-45, 1e-39, Number.NaN]));
    pruner.enforceSync();
    expect([...weight.dataSync()]).toEqual([
      0,
      Math.fround(1e-40),
      0,
      Math.fround(-1e-45),
      Math.fround(1e-39),
      Number.NaN,
    ]);
    pruner.dispose();
    weight.dispose();
  });
});

describe('simulated binding: a device that flushes subnormal numbers, and one that does not', () => {
  afterEach(() => {
    binding.flushes = true;
  });

  it.each(Array.from({ length: 9 }, (_, dropped) => dropped))('drop the same %d of nine', async (dropped) => {
    const values = [1e-40, -0, 2 ** -126, -1e-45, 0, -(2 ** -126), 3e-39, Number.NaN, 1];
    const left = [];
    for (const flushes of [true, false]) {
      binding.flushes = flushes;
      const weight = tf.variable(tf.tensor1d(values));
      const weights = [{ name: 'kernel', weight }];
      const schedule = constantSparsity(dropped / 9);
      const pruner = createPruner({ backend: tfjsNodeBackend(), weights, schedule });
      await pruner.update(0);
      left.push(new Uint32Array(weight.dataSync().slice().buffer));
      pruner.dispose();
      weight.dispose();
    }
    expect(left[1]).toEqual(left[0]);
  });
});

describe('simulated binding: pruneModel', () => {
  it('prunes on libtensorflow without being told a backend', async () => {
    const model = createModel();
    const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
    const [x, y] = [tf.randomNormal([8, 4]), tf.randomNormal([8, 5])];
    await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: pruning.callback });
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 20, dropped: 10 });
    expect(
      model
        .getWeights()[0]!
        .dataSync()
        .filter((value) => value === 0),
    ).toHaveLength(10);
    pruning.dispose();
    model.dispose();
  });

  it('counts the zeros that are there, and saves pruned what was put back', async () => {
    const model = createModel();
    const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
    const best = model.getWeights().map((weight) => weight.clone());
    const [x, y] = [tf.randomNormal([8, 4]), tf.randomNormal([8, 5])];
    await model.fit(x, y, { epochs: 1, verbose: 0, callbacks: pruning.callback });
    model.setWeights(best);
    const { total, notices } = await pruning.pruner.report();
    expect(total).toMatchObject({ dropped: 10, zeros: 0, revived: 10 });
    expect(notices.map(({ code }) => code)).toEqual(['dropped-not-zero']);
    let zeros = 0;
    const handler = tf.io.withSaveHandler(async ({ weightData }) => {
      const bytes = tf.io.CompositeArrayBuffer.join(weightData);
      zeros = new Float32Array(bytes, 0, 20).filter((value) => value === 0).length;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    await model.save(handler);
    expect(zeros).toBe(10);
    pruning.dispose();
    model.dispose();
    tf.dispose([best, x, y]);
  });

  it('throws before it touches a model where tfjs computes elsewhere', async () => {
    const model = createModel();
    await tf.setBackend('cpu');
    expect(() => pruneModel(model, { schedule: constantSparsity(0.5), print: false })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  it.each([undefined, null, 'epoch'])('refuses %s for its options', (options) => {
    expect(() => pruneModel(createModel(), options as never)).toThrow(TypeError);
  });
});
