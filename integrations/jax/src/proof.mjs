// @ts-check
/* What is promised of the backend in training, checked: for tests. Says nothing unless something does not hold. */
import assert from 'node:assert/strict';
import { tree } from '@jax-js/jax';
import { createPruner, elementBudget, polynomialDecay } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { loadDigits } from './digits.mjs';
import { jaxBackend, slotsOf } from './jax-backend.mjs';
import { createParams } from './network.mjs';
import { accuracyOf, createTraining } from './training.mjs';

const digits = loadDigits();
const options = { seed: 1, sparsity: 0.9, steps: 300 };

// It learns, and has exactly as many zeros as were asked for.
const whole = createTraining(digits.train, options);
await whole.train(300);
const { total } = await whole.pruner.report();
assert.equal(total.dropped, elementBudget(0.9, total.elements));
assert.equal(total.revived, 0);
assert.ok(total.zeros >= total.dropped);
const accuracy = await accuracyOf(whole.params(), digits.test);
assert.ok(accuracy > 0.88, `${accuracy} of the digits are read`);

// Stopped in the middle, written, read and taken up elsewhere, it comes to the same bits.
const first = createTraining(digits.train, options);
await first.train(130);
const written = JSON.stringify(await first.save());
first.dispose();
const second = createTraining(digits.train, options);
await second.restore(JSON.parse(written));
await second.train(300);
assert.deepEqual(await second.save(), await whole.save());
second.dispose();
whole.dispose();

// Equal weights get equal masks here and on the host, in every pattern.
for (const pattern of [
  /** @type {const} */ ({ kind: 'element' }),
  /** @type {const} */ ({ kind: 'block', shape: [2, 2], pool: 'mean' }),
  /** @type {const} */ ({ kind: 'channel', axis: 1, pool: 'l2' }),
  /** @type {const} */ ({ kind: 'n:m', keep: 2, of: 4, axis: 0 }),
]) {
  const params = createParams(2);
  const slots = slotsOf(() => params);
  const copies = await Promise.all(
    slots.map(async ({ name, weight }) => ({
      name,
      weight: {
        values: /** @type {Float32Array} */ (await weight.get().ref.data()),
        shape: weight.get().shape,
      },
    })),
  );
  const common = {
    schedule: polynomialDecay({ from: 0.1, to: 0.5, start: 0, end: 4 }),
    select: { include: [/kernel$/] },
    pattern,
  };
  const here = createPruner({ backend: jaxBackend(), weights: slots, ...common });
  const there = createPruner({ backend: hostBackend(), weights: copies, ...common });
  for (const position of [0, 2, 4]) {
    await here.update(position);
    await there.update(position);
    assert.deepEqual(await here.masks(), await there.masks());
  }
  for (const [i, { weight }] of slots.entries()) {
    assert.deepEqual(await weight.get().ref.data(), copies[i]?.weight.values);
  }
  here.dispose();
  there.dispose();
  tree.dispose(params);
}
