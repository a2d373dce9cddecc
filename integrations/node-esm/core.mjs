/* The pure core and the host backend, as a Node program uses them. */
import assert from 'node:assert/strict';
import {
  constantSparsity,
  cosineRamp,
  createPruner,
  linearRamp,
  oneShot,
  PruneError,
  polynomialDecay,
  synapticRamp,
} from '@synaprune/core';
import { hostBackend } from '@synaprune/host';

// One value of every promised schedule, worked out by hand.
assert.equal(synapticRamp({ from: 0.25, to: 0.75, start: 2, end: 6 })(4), 0.25 + 0.5 * 0.125);
assert.equal(polynomialDecay({ from: 0, to: 0.8, start: 0, end: 2 })(1), 0.8 * 0.875);
assert.equal(linearRamp({ from: 0, to: 0.5, start: 0, end: 10 })(5), 0.25);
assert.equal(cosineRamp({ from: 0, to: 0.5, start: 0, end: 10 })(10), 0.5);
assert.equal(constantSparsity(0.3)(7), 0.3);
assert.equal(typeof oneShot, 'function');

// 64 weights ±1/64 … ±64/64: the smallest go first, and a restored run goes on as the first one did.
const values = () => Float32Array.from({ length: 64 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * (i + 1)) / 64);
const schedule = synapticRamp({ from: 0.25, to: 0.75, start: 0, end: 4 });
/** @param {Float32Array} weight */
const createFor = (weight) =>
  createPruner({ backend: hostBackend(), weights: [{ name: 'kernel', weight }], schedule });

const kernel = values();
const pruner = createFor(kernel);
const first = await pruner.update(0);
assert.deepEqual([first.dropped, first.sparsity], [16, 0.25]);
assert.deepEqual([...kernel.subarray(0, 17)], [...Array(16).fill(0), 17 / 64]);

kernel[3] = 9; // An optimizer's momentum moves a dropped weight.
await pruner.enforce();
assert.ok(Object.is(kernel[3], 0));

const state = JSON.parse(JSON.stringify(await pruner.save()));
const resumed = kernel.slice();
const second = createFor(resumed);
await second.restore(state);
for (const one of [pruner, second]) {
  await one.update(4);
  const { total } = await one.report();
  assert.deepEqual([total.elements, total.kept, total.sparsity], [64, 16, 0.75]);
  one.dispose();
}
assert.deepEqual(resumed, kernel);
assert.deepEqual([...kernel.subarray(0, 48)], Array(48).fill(0));
assert.deepEqual(kernel.subarray(48), values().subarray(48));
await assert.rejects(pruner.update(5), PruneError);
