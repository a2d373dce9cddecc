import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptKernels } from '../kernels/script-kernels.js';
import { createSparseKernels } from '../kernels/wasm-kernels.js';
import { CELL_ACTIVATIONS, type CellActivation } from '../recurrent/activations.js';
import { type Cell, packRecurrent, type RecurrentLayer } from '../recurrent/recurrent-weights.js';
import { maskedValues, randomMask, randomNumbers } from '../testing/random-weights.js';
import { runRecurrent } from './run-recurrent.js';

const wasm = createSparseKernels()!;

const functions: Partial<Record<CellActivation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
};

/** Keras's definition of each cell, in float64, of one sample; every state. What the mask has 0 for is left out. */
function byDefinition(
  layer: RecurrentLayer,
  inputs: Float64Array,
  steps: number,
  mask: Float32Array | undefined,
): Float64Array[] {
  const { cell, units, kernel, recurrentKernel, bias, activation = 'tanh', resetAfter = false } = layer;
  const act = functions[activation]!;
  const gate = functions[layer.recurrentActivation ?? 'sigmoid']!;
  const wide = kernel.length / layer.inputs;
  const product = (x: ArrayLike<number>, w: Float32Array, column: number): number =>
    Array.from(x).reduce((sum, value, i) => sum + value * w[i * wide + column]!, 0);
  let h: Float64Array = new Float64Array(units);
  let c: Float64Array = new Float64Array(units);
  return Array.from({ length: steps }, (_, step) => {
    if (mask?.[step] === 0) return h;
    const x = inputs.subarray(step * layer.inputs, (step + 1) * layer.inputs);
    const fromInput = (g: number, u: number): number =>
      product(x, kernel, g * units + u) + (bias?.[g * units + u] ?? 0);
    const fromState = (g: number, u: number, state: Float64Array = h): number =>
      product(state, recurrentKernel, g * units + u) + (resetAfter ? (bias?.[wide + g * units + u] ?? 0) : 0);
    const both = (g: number, u: number): number => fromInput(g, u) + fromState(g, u);
    const each = (of: (u: number) => number): Float64Array =>
      Float64Array.from({ length: units }, (_, u) => of(u));
    if (cell === 'rnn') h = each((u) => act(both(0, u)));
    else if (cell === 'lstm') {
      c = each((u) => gate(both(1, u)) * c[u]! + gate(both(0, u)) * act(both(2, u)));
      h = each((u) => gate(both(3, u)) * act(c[u]!));
    } else {
      const r = each((u) => gate(both(1, u)));
      const reset = each((u) => r[u]! * h[u]!);
      const candidate = each((u) =>
        act(fromInput(2, u) + (resetAfter ? r[u]! * fromState(2, u) : fromState(2, u, reset))),
      );
      h = each((u) => {
        const z = gate(both(0, u));
        return z * h[u]! + (1 - z) * candidate[u]!;
      });
    }
    return h;
  });
}

const cells = fc.constantFrom<{ cell: Cell; resetAfter?: boolean }>(
  { cell: 'lstm' },
  { cell: 'gru' },
  { cell: 'gru', resetAfter: true },
  { cell: 'rnn' },
);

const layers = fc.record({
  kind: cells,
  inputs: fc.integer({ min: 1, max: 12 }),
  units: fc.integer({ min: 1, max: 19 }),
  batch: fc.constantFrom(1, 2, 4, 5, 9, 33, 36),
  masked: fc.boolean(),
  steps: fc.integer({ min: 1, max: 7 }),
  sparsity: fc.constantFrom(0, 0.5, 0.9, 0.95),
  activation: fc.constantFrom<CellActivation>('tanh', 'relu', 'linear'),
  recurrentActivation: fc.constantFrom<CellActivation>('sigmoid', 'hardSigmoid'),
  biased: fc.boolean(),
  seed: fc.nat(1000),
});

function build({
  kind,
  inputs,
  units,
  sparsity,
  biased,
  seed,
  ...rest
}: {
  kind: { cell: Cell; resetAfter?: boolean };
  inputs: number;
  units: number;
  sparsity: number;
  biased: boolean;
  seed: number;
  activation: CellActivation;
  recurrentActivation: CellActivation;
}): RecurrentLayer {
  const wide = { lstm: 4, gru: 3, rnn: 1 }[kind.cell] * units;
  const weights = (length: number, at: number): Float32Array =>
    maskedValues(randomNumbers(length, at), randomMask(length, sparsity, at + 1)).map((w) => w / 2);
  return {
    ...kind,
    inputs,
    units,
    kernel: weights(inputs * wide, seed),
    recurrentKernel: weights(units * wide, seed + 10),
    ...(biased && { bias: randomNumbers((kind.resetAfter ? 2 : 1) * wide, seed + 20) }),
    activation: rest.activation,
    recurrentActivation: rest.recurrentActivation,
  };
}

describe('a recurrent layer', () => {
  it('is within a millionth of its definition in float64, to the same bits in WASM and in script', () => {
    fc.assert(
      fc.property(layers, (given) => {
        const { batch, steps, seed } = given;
        const layer = build(given);
        const inputs = randomNumbers(batch * steps * layer.inputs, seed + 30);
        const packed = packRecurrent({ ...layer, batch });
        const mask = randomNumbers(batch * steps, seed + 40).map((x) => Number(x > -0.3));
        const options = { steps, ...(given.masked && { mask }) };
        const got = runRecurrent(packed, inputs, { ...options, sequences: true, kernels: wasm });
        expect(runRecurrent(packed, inputs, { ...options, sequences: true, kernels: scriptKernels })).toEqual(
          got,
        );
        expect(got.wasFinite).toBe(true);
        const last = runRecurrent(packed, inputs, { ...options, kernels: wasm });
        expect(last.outputs).toEqual(got.state);
        const size = steps * layer.inputs;
        for (let sample = 0; sample < batch; sample += 1) {
          const own = Float64Array.from(inputs.subarray(sample * size, (sample + 1) * size));
          const expected = byDefinition(
            layer,
            own,
            steps,
            options.mask?.subarray(sample * steps, (sample + 1) * steps),
          );
          const largest = Math.max(1, ...expected.flatMap((state) => Array.from(state, Math.abs)));
          for (const [i, number] of expected.flatMap((state) => [...state]).entries()) {
            const difference = Math.abs(got.outputs[sample * steps * layer.units + i]! - number);
            expect(difference).toBeLessThan(1e-6 * largest);
          }
        }
      }),
      { numRuns: 120, seed: 5 },
    );
  });

  it.each<Cell>(['lstm', 'gru', 'rnn'])('goes on from a state as if it had never stopped: %s', (cell) => {
    const [inputs, units, batch, steps] = [3, 6, 4, 10];
    const shape = { kind: { cell }, inputs, units, sparsity: 0.5, biased: true, seed: 3 };
    const packed = packRecurrent(build({ ...shape, activation: 'tanh', recurrentActivation: 'sigmoid' }));
    const all = randomNumbers(batch * steps * inputs, 7);
    const part = (from: number, to: number): Float32Array =>
      Float32Array.from(
        Array.from({ length: batch }, (_, s) => [
          ...all.subarray((s * steps + from) * inputs, (s * steps + to) * inputs),
        ]).flat(),
      );
    const whole = runRecurrent(packed, all, { steps });
    const { state, cell: cells_ } = runRecurrent(packed, part(0, 4), { steps: 4 });
    const start = { state, ...(cells_ && { cell: cells_ }) };
    expect(runRecurrent(packed, part(4, 10), { steps: 6, ...start })).toEqual(whole);
    expect(state).toEqual(runRecurrent(packed, part(0, 4), { steps: 4, kernels: scriptKernels }).state);
  });

  it('goes backwards as forwards over a sequence turned round', () => {
    const [inputs, units, steps] = [2, 5, 6];
    const shape = { kind: { cell: 'gru' as const }, inputs, units, sparsity: 0.5, biased: true, seed: 3 };
    const packed = packRecurrent(build({ ...shape, activation: 'tanh', recurrentActivation: 'sigmoid' }));
    const forwards = randomNumbers(steps * inputs, 1);
    const turned = Float32Array.from({ length: steps * inputs }, (_, i) => {
      return forwards[(steps - 1 - Math.floor(i / inputs)) * inputs + (i % inputs)]!;
    });
    expect(runRecurrent(packed, turned, { steps, sequences: true, backwards: true })).toEqual(
      runRecurrent(packed, forwards, { steps, sequences: true }),
    );
  });

  it('takes long sequences and large batches in parts', () => {
    const [inputs, units] = [3, 90];
    const shape = { kind: { cell: 'lstm' as const }, inputs, units, sparsity: 0.97, biased: true, seed: 4 };
    const packed = packRecurrent(build({ ...shape, activation: 'tanh', recurrentActivation: 'sigmoid' }));
    for (const [batch, steps] of [
      [1, 3500],
      [70, 100],
    ] as const) {
      const sequence = randomNumbers(batch * steps * inputs, 7);
      const { outputs } = runRecurrent(packed, sequence, { steps, backwards: true });
      const single = sequence.subarray((batch - 1) * steps * inputs);
      const last = runRecurrent(packed, single, { steps, backwards: true, kernels: scriptKernels });
      expect(outputs.subarray((batch - 1) * units)).toEqual(last.outputs);
    }
  });

  it('spreads infinities and NaN as all weights would', () => {
    const layer = { cell: 'rnn', inputs: 2, units: 2, activation: 'linear' } as const;
    // The first unit takes the first input, the second unit the second.
    const packed = packRecurrent({
      ...layer,
      kernel: Float32Array.of(1, 0, 0, 1),
      recurrentKernel: new Float32Array(4),
    });
    for (const kernels of [wasm, scriptKernels]) {
      const { outputs } = runRecurrent(packed, Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 2, 1, 2), {
        steps: 3,
        sequences: true,
        kernels,
      });
      expect([...outputs]).toEqual([1, 2, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, Number.NaN]);
    }
  });

  it('gives with infinities and NaN, of inputs, states and cells, the same in WASM and in script', () => {
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e38);
    const where = fc.constantFrom('inputs', 'state', 'cell', 'bias');
    fc.assert(
      fc.property(layers, fc.array(fc.tuple(where, fc.nat(1000), odd), { maxLength: 3 }), (given, places) => {
        const { batch, steps, seed } = given;
        const layer = build(given);
        const length = batch * layer.units;
        const numbers = {
          inputs: randomNumbers(batch * steps * layer.inputs, seed),
          state: randomNumbers(length, seed + 1),
          cell: randomNumbers(length, seed + 2),
          bias: layer.bias ?? new Float32Array(0),
        };
        for (const [name, at, number] of places) numbers[name][at % numbers[name].length] = number;
        const packed = packRecurrent(layer);
        const { inputs, state, cell } = numbers;
        const mask = randomNumbers(batch * steps, seed + 3).map((x) => Number(x > -0.3));
        const options = {
          ...{ steps, sequences: true, backwards: given.biased, state },
          ...(given.masked && { mask }),
          ...(packed.cell === 'lstm' && { cell }),
        };
        const got = runRecurrent(packed, inputs, { ...options, kernels: wasm });
        expect(got).toEqual(runRecurrent(packed, inputs, { ...options, kernels: scriptKernels }));
        if (!inputs.every(Number.isFinite)) expect(got.wasFinite).toBe(false);
      }),
      { numRuns: 120, seed: 6 },
    );
  });

  it('runs inside of another memory, and gives back what it took', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const taken = new Set<number>();
    const allocate = (bytes: number): number => {
      const at = memory.grow(Math.ceil(bytes / 65_536)) * 65_536;
      taken.add(at);
      return at;
    };
    const kernels = createSparseKernels({ memory, allocate, release: (at) => taken.delete(at) })!;
    const [inputs, units, batch, steps] = [4, 7, 3, 5];
    const shape = { kind: { cell: 'lstm' as const }, inputs, units, sparsity: 0.5, biased: true, seed: 8 };
    const packed = packRecurrent(build({ ...shape, activation: 'tanh', recurrentActivation: 'hardSigmoid' }));
    const sequence = randomNumbers(batch * steps * inputs, 7);
    new Float32Array(memory.buffer, 64, sequence.length).set(sequence);
    const placed = kernels.placeRecurrent(packed)!;
    placed.run({ inputs: 64, out: 4096, batch, steps, sequences: true, state: 32_768, cell: 40_000 });
    const expected = runRecurrent(packed, sequence, { steps, sequences: true });
    const floats = (at: number, length: number) => new Float32Array(memory.buffer, at, length);
    expect(floats(4096, expected.outputs.length)).toEqual(expected.outputs);
    expect(floats(32_768, batch * units)).toEqual(expected.state);
    expect(floats(40_000, batch * units)).toEqual(expected.cell);
    // Without a state it starts anew.
    placed.run({ inputs: 64, out: 4096, batch, steps, sequences: true });
    expect(floats(4096, expected.outputs.length)).toEqual(expected.outputs);
    expect(() => placed.run({ inputs: 2 ** 30, out: 4096, steps })).toThrow(/inside/);
    expect(() => placed.run({ inputs: 64, out: 4096, steps, mask: 6 })).toThrow(/mask .* multiple of 4/);
    floats(40_000, batch * steps).fill(1);
    floats(40_000, 1)[0] = 0;
    placed.run({ inputs: 64, out: 4096, batch, steps, sequences: true, mask: 40_000 });
    const mask = floats(40_000, batch * steps).slice();
    expect(floats(4096, expected.outputs.length)).toEqual(
      runRecurrent(packed, sequence, { steps, sequences: true, mask }).outputs,
    );
    placed.release();
    expect(() => placed.run({ inputs: 64, out: 4096, steps })).toThrow('was released');
    kernels.release();
    expect(taken.size).toBe(0);
  });

  it('refuses what does not fit', () => {
    const layer = { cell: 'lstm', inputs: 2, units: 1, kernel: new Float32Array(8) } as const;
    const recurrentKernel = new Float32Array(4);
    expect(() => packRecurrent({ ...layer, recurrentKernel: new Float32Array(3) })).toThrow(RangeError);
    expect(() => packRecurrent({ ...layer, recurrentKernel, resetAfter: true })).toThrow(/for a gru only/);
    expect(() => packRecurrent({ ...layer, recurrentKernel, bias: new Float32Array(3) })).toThrow(
      /of 4 numbers/,
    );
    expect(() => packRecurrent({ ...layer, recurrentKernel, activation: 'mish' as 'relu' })).toThrow(
      CELL_ACTIVATIONS.join(', '),
    );
    const packed = packRecurrent({ ...layer, recurrentKernel });
    expect(() => runRecurrent(packed, new Float32Array(5), { steps: 2 })).toThrow(
      new RangeError('runRecurrent needs inputs of 2 steps of 2 numbers a sample, got 5'),
    );
    expect(() => runRecurrent(packed, new Float32Array(4), { steps: 2, state: new Float32Array(3) })).toThrow(
      /state in a Float32Array of 1 numbers/,
    );
  });
});
