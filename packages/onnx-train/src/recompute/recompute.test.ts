import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModel } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor, type TestNode } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

const [rows, width, layers] = [32, 16, 9];
/** Blocks with a way around them, the first kernel used in two of them, and a normalisation with statistics. */
const nodes = Array.from({ length: layers }, (_, at): TestNode[] => [
  ['MatMul', [at === 0 ? 'x' : `h${at - 1}`, `w${at === 6 ? 0 : at}`], [`z${at}`]],
  ['Tanh', [`z${at}`], [`a${at}`]],
  ['Dropout', [`a${at}`, 'ratio'], [`d${at}`]],
  ['Mul', [`d${at}`, `z${at}`], [`m${at}`]],
  ['Add', [`m${at}`, at < 2 ? 'x' : `h${at - 2}`], [`h${at}`]],
]).flat();
const statistics = ['scale', 'shift', 'mean', 'variance'];
const model = buildModel({
  inputs: { x: { shape: [rows, width] } },
  tensors: {
    ratio: { shape: [], data: [0.25] },
    ...Object.fromEntries(
      nodes.flatMap((_, at) => (at < layers ? [[`w${at}`, randomTensor([width, width], at + 1, 0.4)]] : [])),
    ),
    ...Object.fromEntries(
      statistics.map((name) => [name, { shape: [width], data: new Array<number>(width).fill(0.5) }]),
    ),
  },
  nodes: [...nodes, ['BatchNormalization', [`h${layers - 1}`, ...statistics], ['y']]],
  outputs: ['y'],
});
const settings = { loss: 'mse', optimizer: 'adam', dropout: 'train', gradients: true } as const;
const build = (more: Partial<TrainingStepOptions> = {}, of = model) =>
  buildTrainingStep(of, { ...settings, ...more });

/** What a segment begins with goes into a Reshape alone; what divides in the normalisations is read by gradients too. */
const reshaped = buildModel({
  inputs: { x: { shape: [rows, width] } },
  tensors: {
    whole: { shape: [2], data: [rows, width], type: 'int64' },
    halves: { shape: [2], data: [rows * 2, width / 2], type: 'int64' },
    scale: { shape: [width / 2], data: new Array<number>(width / 2).fill(1) },
    ...Object.fromEntries(
      Array.from({ length: layers }, (_, at) => [
        `w${at}`,
        randomTensor([width / 2, width / 2], at + 1, 0.4),
      ]),
    ),
  },
  nodes: [
    ['Reshape', ['x', 'halves'], ['h']],
    ...Array.from({ length: layers }, (_, at): TestNode[] => [
      ['MatMul', [at === 0 ? 'h' : `h${at - 1}`, `w${at}`], [`z${at}`]],
      ['Tanh', [`z${at}`], [`a${at}`]],
      ['LayerNormalization', [`a${at}`, 'scale'], [`h${at}`]],
    ]).flat(),
    ['Reshape', [`h${layers - 1}`, 'whole'], ['y']],
  ],
  outputs: ['y'],
});

/** Everything that two steps give. */
async function run(more: Partial<TrainingStepOptions>, of = model, optimized = true) {
  const step = build(more, of);
  const training = await startTraining(step, optimized);
  const random = Object.fromEntries(
    step.seeds.map(({ name, shape }, at) => {
      const { data } = randomTensor(shape, 40 + at);
      return [name, { shape, data: data.map((value) => (value + 1) / 2) }];
    }),
  );
  const feeds = { x: randomTensor([rows, width], 30), 'synaprune/target/y': randomTensor([rows, width], 31) };
  await training.run({ ...feeds, ...random }, 0.01);
  const { all } = await training.run({ ...feeds, ...random }, 0.01);
  await training.release();
  return all;
}

describe('values of the model computed again', () => {
  it('give the same bits, whatever crosses the borders of segments', async () => {
    const kept = await run({});
    for (const recompute of [true, { segments: 2 }, { segments: 7 }, { segments: 1000 }]) {
      expect(await run({ recompute }), JSON.stringify(recompute)).toEqual(kept);
    }
  });

  it('go into a Reshape at the border of a segment, and give the same bits where the runtime changes no sums', async () => {
    // Not Adam, which divides a gradient by its own size: roundings of small ones would grow.
    const optimizer = 'sgd';
    const [kept, rounded] = [await run({ optimizer }, reshaped, false), await run({ optimizer }, reshaped)];
    for (const recompute of [true, { segments: 2 }, { segments: 7 }]) {
      expect(await run({ optimizer, recompute }, reshaped, false), JSON.stringify(recompute)).toEqual(kept);
      // It makes 1 / a · b into b / a where nothing else reads 1 / a, and joins others in its own way.
      const optimized = await run({ optimizer, recompute }, reshaped);
      for (const [name, { data }] of Object.entries(rounded)) {
        const others = optimized[name]!.data;
        for (const [at, value] of data.entries()) expect(others[at], `${name} ${at}`).toBeCloseTo(value, 5);
      }
    }
  });

  it('are computed again still once the runtime has put equal nodes into one', async () => {
    process.env.ORT_DISABLE_TELEMETRY = '1';
    const ort = await import('onnxruntime-node');
    const folder = mkdtempSync(join(tmpdir(), 'synaprune-recompute-'));
    const count = async (more: Partial<TrainingStepOptions>) => {
      const optimizedModelFilePath = join(folder, 'optimized.onnx');
      const session = await ort.InferenceSession.create(build(more).model, {
        optimizedModelFilePath,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      });
      await session.release();
      const { node } = decodeModel(readFileSync(optimizedModelFilePath)).graph!;
      return node.filter(({ opType }) => opType === 'Tanh').length;
    };
    expect(await count({})).toBe(layers);
    // Not those of the last segment, which are read while they are there, and not what crosses a border.
    expect(await count({ recompute: { segments: 3 } })).toBeGreaterThan(layers + 2);
    rmSync(folder, { recursive: true });
  });

  it('need two segments or more', () => {
    expect(() => build({ recompute: { segments: 1 } })).toThrow('recompute.segments');
    expect(() => build({ recompute: { parts: 2 } as never })).toThrow('no option "parts" in recompute');
    expect(() => build({ recompute: 4 as never })).toThrow('recompute');
  });
});
