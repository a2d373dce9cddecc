import { describe, expect, it } from 'vitest';
import { createSparseKernels } from '../kernels/wasm-kernels.js';
import { activationOf, CELL_ACTIVATIONS, type CellActivation } from './activations.js';

const numbers = Array.from({ length: 40_001 }, (_, i) => Math.fround((i - 20_000) / 1000));
numbers.push(...numbers.slice(0, 1000).map((x) => Math.fround(x * 1e-6)), 1e-30, -1e-30, 1e30, -1e30);
numbers.push(...[86, 87, 88, 88.3, 88.4, 88.7, 103, 3e38].flatMap((x) => [Math.fround(x), Math.fround(-x)]));

const { POSITIVE_INFINITY: infinity, NaN: none } = Number;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const elu = (x: number): number => (x < 0 ? Math.expm1(x) : x);

describe('activations in float32', () => {
  it.each<[CellActivation, (x: number) => number]>([
    ['tanh', Math.tanh],
    ['sigmoid', sigmoid],
    ['elu', elu],
    ['selu', (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * elu(x) : x)],
    ['softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
    ['softsign', (x) => x / (1 + Math.abs(x))],
    ['swish', (x) => x * sigmoid(x)],
  ])('%s is within four units in the last place', (name, exact) => {
    let worst = { ulps: 0, x: 0 };
    for (const x of numbers) {
      const expected = exact(x);
      const unit = Math.max(2 ** -23 * Math.abs(expected), 2 ** -149);
      // What lies beyond 87 is e^-87, or 0.
      const spare = Math.abs(x) > 80 ? 1e-35 : 0;
      const ulps = (Math.abs(activationOf(name)(x) - expected) - spare) / unit;
      if (!(ulps <= worst.ulps) && expected !== Number.POSITIVE_INFINITY) worst = { ulps, x };
    }
    expect(worst.ulps, `at ${worst.x}`).toBeLessThanOrEqual(4);
  });

  it('leave NaN, reach their limits, and keep the sign of 0', () => {
    for (const name of CELL_ACTIVATIONS) expect(activationOf(name)(none)).toBeNaN();
    const limits: Partial<Record<CellActivation, [number, number]>> = {
      tanh: [-1, 1],
      sigmoid: [0, 1],
      hardSigmoid: [0, 1],
      relu: [0, infinity],
      relu6: [0, 6],
      elu: [-1, infinity],
      softplus: [0, infinity],
      swish: [none, infinity],
    };
    for (const [name, [low, high]] of Object.entries(limits)) {
      const ends = [-infinity, infinity].map(activationOf(name as CellActivation));
      // e^-87 is as good as 0.
      expect(ends.map((end) => (Math.abs(end) < 1e-37 ? 0 : end))).toEqual([low, high]);
    }
    for (const name of ['tanh', 'elu', 'selu', 'softsign', 'swish'] as const) {
      expect(activationOf(name)(-0)).toBe(-0);
    }
  });

  it.each(CELL_ACTIVATIONS)('%s has the same bits in WASM and in script, at any length', (name) => {
    const kernels = createSparseKernels()!;
    const odd = [none, infinity, -infinity, -0];
    const at = 1024;
    for (const some of [[...odd, ...numbers], odd.slice(0, 3), [0.5]]) {
      const room = kernels.memory.grow(4) * 65_536 + at;
      const view = (): Float32Array => new Float32Array(kernels.memory.buffer, room, some.length + 1);
      view().set([...some, 7]);
      kernels.activate(name, room, some.length);
      expect(view()).toEqual(Float32Array.from([...some.map(activationOf(name)), 7]));
    }
  });
});
