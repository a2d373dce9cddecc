import { expect, it } from 'vitest';
import { createMoments } from '../moments/create-moments.js';
import { rescaleRows } from './rescale-rows.js';

const SAMPLES = 40;
const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));

/** Inputs of three features, and two outputs that are a multiple of a layer's and a constant away. */
function layer(constant: boolean) {
  const inputs = wave(SAMPLES * 3, 0.7);
  const weights = Float32Array.of(1, -2, 3, 0.5, 0, -1);
  const outputs = new Float32Array(SAMPLES * 2);
  const [gains, shifts] = [[2, 0.25], constant ? [1, -3] : [0, 0]];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (let row = 0; row < 2; row += 1) {
      let sum = 0;
      for (let j = 0; j < 3; j += 1) sum += weights[row * 3 + j]! * inputs[sample * 3 + j]!;
      outputs[sample * 2 + row] = gains[row]! * sum + shifts[row]!;
    }
  }
  const builder = createMoments({ features: 3, denseFeatures: 2, dense: 'outputs', constant });
  builder.add(inputs, outputs);
  const moments = builder.finish();
  builder.dispose();
  return { weights, moments, gains, shifts };
}

it.each([true, false])(
  'finds factors and constants where they are all that differs, constant %s',
  (constant) => {
    const { weights, moments, gains, shifts } = layer(constant);
    const { factors, constants, error } = rescaleRows({ weights, rows: 2, moments });
    for (const row of [0, 1]) {
      expect(factors[row]).toBeCloseTo(gains[row]!, 4);
      if (constant) expect(constants![row]).toBeCloseTo(shifts[row]!, 4);
    }
    expect(constants === undefined).toBe(!constant);
    expect(error.before).toBeGreaterThan(0.1);
    expect(error.after).toBeLessThan(1e-6);
  },
);

it('finds constants alone where rows must stay', () => {
  const { weights, moments } = layer(true);
  const held = rescaleRows({ weights, rows: 2, moments, scale: false });
  expect([...held.factors]).toEqual([1, 1]);
  expect(held.error.after).toBeLessThan(held.error.before);
  expect(held.error.after).toBeGreaterThan(rescaleRows({ weights, rows: 2, moments }).error.after);
});

it('leaves rows of nothing, and rows that go the other way', () => {
  const { weights, moments } = layer(false);
  const { factors } = rescaleRows({
    weights: weights.map((weight, i) => (i < 3 ? 0 : -weight)),
    rows: 2,
    moments,
  });
  expect([...factors]).toEqual([1, 1]);
});

it('refuses what does not fit', () => {
  const { weights, moments } = layer(true);
  const refused = (more: object) =>
    expect(() => rescaleRows({ weights, rows: 2, moments, ...more } as never));
  refused({ rows: 3 }).toThrow('moments of 3 dense outputs, got 2 outputs');
  refused({ weights: new Float32Array(5) }).toThrow('2 rows of 3 features, got 5 numbers');
  refused({ weights: weights.map(() => Number.NaN) }).toThrow(/NaN/);
  refused({ scales: 1 }).toThrow(/no option "scales"/);
});
