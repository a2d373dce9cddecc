import { registerConformance } from '@synaprune/conformance';
import { constantSparsity, createPruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { kitInChromium } from '../../testing/kit-in-chromium.js';
import { useInChromium } from '../../testing/use-in-chromium.js';
import { tfjsBackend } from '../tfjs-backend.js';

await useInChromium('webgl');
registerConformance(currentHarness(), { describe, it }, kitInChromium);

describe('with programs that tfjs shares between shapes', () => {
  const flag = 'WEBGL_USE_SHAPES_UNIFORMS';
  const refused = expect.objectContaining({
    code: 'unsupported',
    message: expect.stringContaining(`tf.env().set('${flag}', false)`),
  });

  it('prunes nothing, for they answer otherwise, and goes on without them', async () => {
    const values = Float32Array.of(4, -1, 3, 2);
    const weight = tf.variable(tf.tensor1d(values.slice()));
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'w', weight }],
      schedule: constantSparsity(0.5),
    });
    tf.env().set(flag, true);
    try {
      expect(() => tfjsBackend()).toThrow(refused);
      await expect(pruner.update(0)).rejects.toEqual(refused);
      expect(await weight.data()).toEqual(values);
    } finally {
      tf.env().set(flag, false);
    }
    await pruner.update(1);
    expect(await weight.data()).toEqual(Float32Array.of(4, 0, 3, 0));
    pruner.dispose();
    weight.dispose();
  });
});
