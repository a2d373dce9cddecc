import { expect, it } from 'vitest';
import { packTargets, unpackTargets } from './soft-targets.js';

it('gives back what counts of each line, and zeros for the rest', () => {
  const first = Float32Array.of(0.75, 0.25, 0, 0.00005);
  const second = Float32Array.of(0, 0, 0.5, 0.5);
  const full = unpackTargets([packTargets(first), packTargets(second)], 4);
  expect([...full]).toEqual([0.75, 0.25, 0, 0, 0, 0, 0.5, 0.5]);
});

it('keeps a handful of numbers of many', () => {
  const probabilities = new Float32Array(6625).fill(1e-6);
  probabilities[17] = 0.99;
  expect(packTargets(probabilities).places).toEqual(Uint32Array.of(17));
});
