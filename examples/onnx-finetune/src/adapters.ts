#!/usr/bin/env node
import { synapticRamp } from '@synaprune/core';
import { findWeights } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { addAdapters, mergeAdapters } from '@synaprune/onnx-train';
import { createTrainer, type OnnxRuntime, type Trainer } from '@synaprune/onnxruntime';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openRuntime } from './runtime.js';

/* A pruned model learns a changed task by adapters alone, and stays pruned: trained, saved, merged. */

const BATCH = 128;
const WIDTH = 512;
const generator = xoroshiro128plus(7);
const random = () => (generator.next() >>> 0) / 2 ** 32;

/** Points of two spirals, turned by an angle, and which of them each is of. */
function spirals(turned: number): { inputs: { x: Float32Array }; targets: { y: Float32Array } } {
  const [x, y] = [new Float32Array(2 * BATCH), new Float32Array(2 * BATCH)];
  for (let i = 0; i < BATCH; i += 1) {
    const radius = 0.1 + 0.9 * random();
    const angle = turned + 5 * radius + Math.PI * (i % 2);
    x.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
    y[2 * i + (i % 2)] = 1;
  }
  return { inputs: { x }, targets: { y } };
}

/** Three layers, 2 to 512 to 512 to 2, as an exporter would write them. */
function network(): Uint8Array {
  const kernel = (inputs: number, units: number) => ({
    shape: [inputs, units],
    data: Float32Array.from({ length: inputs * units }, () => (2 * random() - 1) * Math.sqrt(3 / inputs)),
  });
  const bias = (units: number) => ({ shape: [units], data: new Float32Array(units) });
  return buildModel({
    inputs: { x: ['batch', 2] },
    tensors: {
      w1: kernel(2, WIDTH),
      b1: bias(WIDTH),
      w2: kernel(WIDTH, WIDTH),
      b2: bias(WIDTH),
      w3: kernel(WIDTH, 2),
      b3: bias(2),
    },
    nodes: [
      ['Gemm', ['x', 'w1', 'b1'], ['z1']],
      ['Relu', ['z1'], ['h1']],
      ['Gemm', ['h1', 'w2', 'b2'], ['z2']],
      ['Relu', ['z2'], ['h2']],
      ['Gemm', ['h2', 'w3', 'b3'], ['y']],
    ],
    outputs: { y: ['batch', 2] },
  });
}

/** The share of points told apart, of eight batches. */
async function accuracyOf(trainer: Trainer, turned: number): Promise<string> {
  let right = 0;
  for (let batch = 0; batch < 8; batch += 1) {
    const { inputs } = spirals(turned);
    const { data } = (await trainer.predict(inputs)).y as { data: Float32Array };
    for (let i = 0; i < BATCH; i += 1) if (data[2 * i]! > data[2 * i + 1]! === (i % 2 === 0)) right += 1;
  }
  return `${((100 * right) / (8 * BATCH)).toFixed(1)} %`;
}

const zerosOf = (model: Uint8Array): number =>
  findWeights(model).reduce((sum, { shape, zeros = 0 }) => sum + (shape.length > 1 ? zeros : 0), 0);

const settings = { loss: 'crossEntropy', optimizer: 'adam', learningRate: 2e-3 } as const;
const TURNED = 1;
const { ort }: { ort: OnnxRuntime } = await openRuntime('node', 1);

const dense = await createTrainer({ ort, model: network(), ...settings });
dense.prune({
  schedule: synapticRamp({ from: 0.3, to: 0.7, start: 100, end: 400 }),
  every: 20,
  select: ['w2'],
});
for (let step = 0; step < 600; step += 1) await dense.step(spirals(0));
const base = await dense.export();
console.log(
  `trained and pruned: ${await accuracyOf(dense, 0)}; of spirals turned by ${TURNED} radian ${await accuracyOf(dense, TURNED)}`,
);
await dense.dispose();

const adapted = addAdapters(base, { select: ['w2'], rank: 2, alpha: 4 });
const trainer = await createTrainer({ ort, ...adapted.training, ...settings });
for (let step = 0; step < 600; step += 1) await trainer.step(spirals(TURNED));
const adapters = adapted.save(await trainer.read());
await trainer.dispose();

const share = `${((100 * adapters.length) / base.length).toFixed(2)} %`;
const merged = mergeAdapters(base, adapters);
const after = await createTrainer({ ort, model: merged, ...settings });
console.log(
  `with adapters of ${adapted.elements} numbers (${adapters.length} bytes, ${share} of the model's file), merged: ${await accuracyOf(after, TURNED)}; ` +
    `zeros ${zerosOf(base)} before, ${zerosOf(merged)} after`,
);
await after.dispose();
