import { registerConformance } from '@synaprune/conformance';
import { constantSparsity, createPruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';
import { tfjsBackend } from '../tfjs-backend.js';

await useInChromium('webgl');
// In one file: every page compiles all of tfjs's programs anew, which takes longer than running them.
// That masks only grow, and what is saved and said (laws 4, 8, 9), is JavaScript that cpu.test.ts checks whole.
// A thirty-second: at least a case of each of these laws, with blocks and channels, N of M, and weights of every rank.
const part = inject('whole') ? inject('kitPart') : { number: 3, of: 32 };
registerConformance(
  currentHarness(),
  { describe, it },
  { mostElements: 2 ** 18, laws: [1, 2, 3, 5, 6, 7], part },
);

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
