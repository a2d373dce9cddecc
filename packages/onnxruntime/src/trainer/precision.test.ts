import { constantSparsity } from '@synaprune/core';
import { decodeModel, findWeights } from '@synaprune/onnx';
import { buildModel, type ElementType } from '@synaprune/onnx/graph';
import { addAdapters, mergeAdapters } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { createTrainer } from '../index.js';
import { numbers } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';

/** Numbers that float16 holds exactly. */
const exact = (count: number, seed: number) =>
  numbers(count, seed).map((value) => Math.round(value * 64) / 64);

/** Two layers with everything in one type, inputs and outputs too. */
function network(type: ElementType): Uint8Array {
  return buildModel({
    inputs: { x: { type, shape: ['batch', 8] } },
    tensors: {
      u: { type, shape: [8, 16], data: exact(128, 1) },
      b: { type, shape: [16], data: exact(16, 2) },
      v: { type, shape: [16, 8], data: exact(128, 3) },
    },
    nodes: [
      ['MatMul', ['x', 'u'], ['h']],
      ['Add', ['h', 'b'], ['hb']],
      ['Tanh', ['hb'], ['a']],
      ['MatMul', ['a', 'v'], ['y']],
    ],
    outputs: { y: { type, shape: ['batch', 8] } },
  });
}

/** The bits of numbers that float16 holds: sixteenths of at most 2. */
const halves = (values: Float32Array): Uint16Array =>
  Uint16Array.from(values, (value) => {
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
    return value === 0
      ? 0
      : ((bits >>> 16) & 0x8000) | ((((bits >>> 23) & 0xff) - 112) << 10) | ((bits >>> 13) & 0x3ff);
  });

const x = exact(32, 4);
const y = exact(32, 5);
const floats = async (tensor: Tensor) => (await tensor.getData()) as Float32Array;
const distance = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const settings = { loss: 'mse', optimizer: 'adam', learningRate: 0.02 } as const;

const runtimes = [await useNode(), await useWasm()];

describe.each(runtimes)('a model of float16 on $name', ({ ort, executionProviders }) => {
  const on = { ort, executionProviders };

  it('trains, prunes and saves as its twin in float32, fed either way, and is exported in float16', async () => {
    const model = network('float16');
    const trainers = [
      await createTrainer({ ...on, ...settings, model }),
      await createTrainer({ ...on, ...settings, model }),
      await createTrainer({ ...on, ...settings, model: network('float32') }),
    ] as const;
    const [narrow, fed, wide] = trainers;
    expect(narrow.notices.map(({ code }) => code)).toEqual(['computed-in-float32']);
    const bits = {
      inputs: { x: new ort.Tensor('float16', halves(x), [4, 8]) as Tensor },
      targets: { y: { data: halves(y), dims: [4, 8] } },
    };
    const prunings = trainers.map((trainer) =>
      trainer.prune({ schedule: constantSparsity(0.5), every: 2, select: ['u', 'v'] }),
    );
    for (let step = 0; step < 6; step += 1) {
      const { loss } = await wide.step({ inputs: { x }, targets: { y } });
      expect((await narrow.step({ inputs: { x }, targets: { y } })).loss).toBe(loss);
      expect((await fed.step(bits)).loss).toBe(loss);
    }
    expect(await narrow.read()).toEqual(await wide.read());
    const [ofNarrow, , ofWide] = await Promise.all(prunings.map((pruning) => pruning.report()));
    expect(ofNarrow!.total).toEqual(ofWide!.total);
    const exported = await narrow.export();
    expect(exported.length).toBe(model.length);
    const kernels = findWeights(exported).filter(({ name }) => name !== 'b');
    expect(kernels.map(({ dataType }) => dataType)).toEqual(['float16', 'float16']);
    expect(kernels.reduce((sum, { zeros }) => sum + zeros!, 0)).toBe(128);
    for (const { rawData } of decodeModel(exported).graph!.initializer) {
      expect([...new Uint16Array(rawData.slice().buffer)]).not.toContain(0x8000);
    }
    const masters = await floats((await narrow.predict({ x })).y!);
    // Weights of at most 2 and sums of 16 of them, with 11 bits each.
    const again = await createTrainer({ ...on, ...settings, model: exported });
    expect(distance(await floats((await again.predict({ x: bits.inputs.x })).y!), masters)).toBeLessThan(
      0.01,
    );
    for (const trainer of [...trainers, again]) await trainer.dispose();
  });

  it('has adapters, merged into float16', async () => {
    const model = network('float16');
    const adapted = addAdapters(model, { rank: 2, alpha: 4, select: ['u', 'v'] });
    const trainer = await createTrainer({ ...on, ...settings, ...adapted.training });
    for (let step = 0; step < 5; step += 1) await trainer.step({ inputs: { x }, targets: { y } });
    const trained = await floats((await trainer.predict({ x })).y!);
    const merged = mergeAdapters(model, adapted.save(await trainer.read()));
    await trainer.dispose();
    expect(merged.length).toBe(model.length);
    const after = await createTrainer({ ...on, ...settings, model: merged });
    expect(distance(await floats((await after.predict({ x })).y!), trained)).toBeLessThan(0.01);
    await after.dispose();
  });
});
