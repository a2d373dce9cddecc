/* Half of a layer's weights, chosen by Wanda's score, fitted to what the whole layer gave. */
import assert from 'node:assert/strict';
import { chooseMask, createMoments, refitRows } from '@synaprune/refit';

const dense = Float32Array.of(1, -2, 0.5, 0.2, 0.3, 0.1, 1, -1);
const inputs = new Float32Array(200 * 4);
for (let sample = 0; sample < 200; sample += 1) {
  const [a, b] = [Math.sin(sample), Math.cos(2 * sample)];
  inputs.set([a, a + 0.2 * b, b, b - a], sample * 4);
}
const builder = createMoments({ features: 4, constant: true });
builder.add(inputs);
const moments = builder.finish();
builder.dispose();

const mask = await chooseMask({ weights: dense, rows: 2, moments, sparsity: 0.5, method: 'wanda' });
const { weights, error } = await refitRows({ weights: dense, dense, rows: 2, moments, mask });
assert.equal(weights.filter((weight) => weight !== 0).length, 4);
assert.ok(error.before > 0.1 && error.after < 0.03, JSON.stringify(error));
