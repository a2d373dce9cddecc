import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';

describe.each(['cpu', 'wasm'] as const)('a model accelerated on %s', (backend) => {
  it.each(Object.entries(ZOO))('answers as before, and leaves nothing: %s', async (_, make) => {
    await useBackend(backend);
    const cases = fc.record({
      sparsity: fc.constantFrom(0.5, 0.7, 0.9, 1),
      samples: fc.constantFrom(1, 2, 4, 37),
      seed: fc.nat(1000),
    });
    const model = make();
    fc.assert(
      fc.property(cases, ({ sparsity, samples, seed }) => {
        prune(model, sparsity, seed);
        const x = zooInputs(model, samples, seed);
        if (model.stateful) model.resetStates();
        // Twice, for layers that remember.
        const wanted = [answers(model, x), answers(model, x)];
        if (model.stateful) model.resetStates();
        const { numTensors, numBytes, numDataBuffers } = tf.memory();

        const { report, release } = accelerate(model);
        expect(distance([answers(model, x), answers(model, x)].flat(2), wanted.flat(2))).toBeLessThan(1e-5);
        expect(report.layers.some(({ kernel }) => kernel !== 'dense')).toBe(true);
        release();
        if (model.stateful) model.resetStates();
        expect([answers(model, x), answers(model, x)]).toEqual(wanted);
        expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
        x.dispose();
      }),
      { numRuns: inject('whole') ? 3 : 1, seed: 4 },
    );
    model.dispose();
  });
});
