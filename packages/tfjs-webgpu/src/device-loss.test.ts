import { constantSparsity, createPruner, PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, it } from 'vitest';
import { tfjsWebgpuBackend } from './index.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`a lost device under tfjs (${gpu.missing})`, () => {});
} else {
  afterAll(() => gpu.close());

  it('a device lost in the middle of an update is told, and the run goes on elsewhere from its save', async () => {
    const weights = [{ name: 'kernel', weight: tf.tidy(() => tf.variable(tf.tensor1d([3, -1, 2, -4]))) }];
    const pruner = createPruner({ backend: tfjsWebgpuBackend(), weights, schedule: (to) => to });
    await pruner.update(0.25);
    const saved = await pruner.save();
    const update = pruner.update(0.5);
    (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
    await expect(update).rejects.toMatchObject({ code: 'device-lost' });
    expect(() => pruner.enforceSync()).toThrow(PruneError);

    await tf.setBackend('cpu');
    const { tfjsBackend } = await import('@synaprune/tfjs');
    const again = tf.tidy(() => tf.variable(tf.tensor1d([3, 0, 2, -4])));
    const other = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'kernel', weight: again }],
      schedule: constantSparsity(0.5),
    });
    await other.restore(saved);
    expect(await other.save()).toEqual(saved);
    await other.update(1);
    expect([...(await again.data())]).toEqual([3, 0, 0, -4]);
    other.dispose();
  });
}
