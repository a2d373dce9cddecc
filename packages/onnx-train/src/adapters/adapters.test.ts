import { decodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { layers, lstm, sparseTensor } from '../testing/adapted-models.js';
import { partsOf } from '../testing/adapted-parts.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestModel } from '../testing/models.js';
import { load } from '../testing/runtime.js';
import { addAdapters } from './add-adapters.js';
import { mergeAdapters } from './merge-adapters.js';

/** What a model gives, by its first output. */
async function answerOf(bytes: Uint8Array): Promise<readonly number[]> {
  const runner = await load(bytes);
  const results = await runner.run({});
  await runner.release();
  return results[runner.outputNames[0]!]!.data;
}

function distance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

const kernelOf = (bytes: Uint8Array, name: string): Float32Array =>
  tensorToFloat32(decodeModel(bytes).graph!.initializer.find((tensor) => tensor.name === name)!);

/** Factors of random numbers, both of them. */
function randomFactors(adapted: ReturnType<typeof addAdapters>): Map<string, Float32Array> {
  const factors = adapted.adapters.flatMap(({ a, b }) => [a, b]);
  return new Map(
    factors.map(({ name, shape }, i) => [name, Float32Array.from(randomTensor(shape, 20 + i).data)]),
  );
}

async function check(model: TestModel, select: readonly string[], runs?: string): Promise<void> {
  const bytes = buildModel(model);
  const adapted = addAdapters(bytes, { select, rank: 2, alpha: 3, seed: 5 });
  if (runs !== undefined) expect(adapted.adapters.map((each) => each.runs)).toEqual([runs]);
  const before = await answerOf(bytes);
  expect(distance(await answerOf(adapted.training.model), before)).toBeLessThan(1e-6);
  const factors = randomFactors(adapted);
  const file = adapted.save(factors);
  const trained = await answerOf(addAdapters(bytes, { adapters: file }).training.model);
  const merged = mergeAdapters(bytes, file);
  expect(distance(trained, before)).toBeGreaterThan(0.1);
  expect(distance(await answerOf(merged), trained)).toBeLessThan(4e-6);
  expect(merged.length).toBe(bytes.length);
  for (const name of select) {
    const [was, is] = [kernelOf(bytes, name), kernelOf(merged, name)];
    was.forEach((value, i) => {
      if (value === 0 && !Object.is(is[i], 0)) expect.fail(`${name}[${i}] is ${is[i]}`);
    });
  }
  const { trainable } = adapted.training;
  await checkGradients({ ...partsOf(adapted.training.model, trainable), by: trainable });
}

describe('an adapter changes nothing at first, has right gradients, and merges into the same answers', () => {
  const inside = new Set([
    'MatMul of several matrices',
    'MatMul of a matrix that is transposed first',
    'Gemm of a kernel on the left',
    'Conv in groups',
    'Gather of columns',
    'ConvTranspose',
  ]);
  for (const [what, layer] of Object.entries(layers)) {
    it(`${what}, dense and with zeros that stay`, async () => {
      await check(layer(randomTensor), ['w'], inside.has(what) ? 'inside' : 'beside');
      await check(layer(sparseTensor), ['w'], 'inside');
    });
  }
  it('both kernels of an LSTM', async () => {
    await check(lstm(randomTensor), ['w', 'r']);
    await check(lstm(sparseTensor), ['w', 'r']);
  });
});

it('merges w + scale · A · B, written out', () => {
  const model = buildModel({
    tensors: { x: { shape: [1, 2], data: [1, 1] }, w: { shape: [2, 3], data: [1, 0, -2, -0, 5, 6] } },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  for (const [keepZeros, expected] of [
    [true, [1 + 0.5 * 2 * 10, 0, -2 + 0.5 * 2 * 30, 0, 5 + 0.5 * 3 * 20, 6 + 0.5 * 3 * 30]],
    [false, [11, 20, 28, 15, 35, 51]],
  ] as const) {
    const adapted = addAdapters(model, { select: 'w', rank: 1, alpha: 0.5, keepZeros });
    const file = adapted.save(
      new Map([
        ['w.lora_A', Float32Array.of(2, 3)],
        ['w.lora_B', Float32Array.of(10, 20, 30)],
      ]),
    );
    const merged = kernelOf(mergeAdapters(model, file), 'w');
    expect([...merged]).toEqual(expected);
    expect(Object.is(merged[3], keepZeros ? 0 : 15)).toBe(true);
    expect(adapted.adapters[0]).toMatchObject({
      runs: keepZeros ? 'inside' : 'beside',
      zeros: keepZeros ? 2 : 0,
    });
  }
});

it('begins with numbers of the seed, within ±1/√inputs, other ones for each kernel', () => {
  const model = buildModel({
    inputs: { x: [1, 64] },
    tensors: { u: randomTensor([64, 64], 1), v: randomTensor([64, 64], 2) },
    nodes: [
      ['MatMul', ['x', 'u'], ['h']],
      ['MatMul', ['h', 'v'], ['y']],
    ],
    outputs: ['y'],
  });
  const firsts = (seed: number) => {
    const { model: bytes } = addAdapters(model, { seed }).training;
    return ['u.lora_A', 'v.lora_A', 'u.lora_B'].map((name) => [...kernelOf(bytes, name)]);
  };
  const [u, v, b] = firsts(1) as [number[], number[], number[]];
  expect(firsts(1)).toEqual([u, v, b]);
  expect(firsts(2)[0]).not.toEqual(u);
  expect(u).not.toEqual(v);
  expect(Math.max(...u.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
  expect(Math.max(...u.map(Math.abs))).toBeGreaterThan(0.12);
  expect(Math.abs(u.reduce((sum, value) => sum + value, 0) / u.length)).toBeLessThan(0.02);
  expect(b.every((value) => Object.is(value, 0))).toBe(true);
});
