import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { modelOf, perceptronBatch, randomTensor } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();

/** One layer, then batch normalisation with running statistics. */
function normalised(): Uint8Array {
  const ones = randomTensor('scale', [3], 1);
  const variance = randomTensor('variance', [3], 2);
  for (const tensor of [ones, variance]) {
    tensor.rawData = new Uint8Array(Float32Array.of(1, 1, 1).buffer);
    tensor.floatData = [];
  }
  const tensors = [
    randomTensor('k', [6, 3], 1),
    ones,
    randomTensor('shift', [3], 3),
    randomTensor('mean', [3], 4, 0.1),
    variance,
  ];
  return modelOf([-1, 6], [-1, 3], tensors, [
    ['MatMul', ['x', 'k'], ['h']],
    ['BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], ['y']],
  ]);
}

/** One layer behind dropout. */
function withDropout(): Uint8Array {
  const ratio = randomTensor('ratio', [], 1);
  ratio.rawData = new Uint8Array(Float32Array.of(0.5).buffer);
  ratio.floatData = [];
  const model = modelOf(
    [-1, 6],
    [-1, 3],
    [randomTensor('k', [6, 3], 1), ratio],
    [
      ['Dropout', ['x', 'ratio'], ['d']],
      ['MatMul', ['d', 'k'], ['y']],
    ],
  );
  return model;
}

describe('running statistics', () => {
  it('are updated by steps, used by predictions, saved and exported', async () => {
    const trainer = await startTrainer(runtime, { model: normalised() });
    const before = await trainer.read();
    for (let step = 0; step < 5; step += 1) await trainer.step(perceptronBatch(16, step));
    const after = await trainer.read();
    expect(after.get('mean')).not.toEqual(before.get('mean'));
    const state = await trainer.save();
    expect(state.tensors.filter(({ kind }) => kind === 'buffer').map(({ name }) => name)).toEqual([
      'mean',
      'variance',
    ]);
    const { x } = perceptronBatch(4, 9).inputs;
    const { y } = await trainer.predict({ x });
    const session = await runtime.ort.InferenceSession.create(await trainer.export());
    const exported = await session.run({ x: new runtime.ort.Tensor('float32', x, [4, 6]) });
    const worst = (y!.data as Float32Array).map((value, i) =>
      Math.abs(value - (exported.y!.data as Float32Array)[i]!),
    );
    expect(Math.max(...worst)).toBeLessThan(1e-5);
    await session.release();
    await trainer.dispose();
  });

  it('are no variance below 0, and nothing is written where one would be', async () => {
    const trainer = await startTrainer(runtime, { model: normalised() });
    const before = await trainer.read();
    const values = (list: readonly number[]) => Float32Array.from(list);
    await expect(
      trainer.write(
        new Map([
          ['mean', values([-1, -2, -3])],
          ['variance', values([1, -0.5, 1])],
        ]),
      ),
    ).rejects.toThrow(
      new RangeError('write needs "variance", a running variance, to be at least 0, got -0.5 at 1'),
    );
    expect(await trainer.read()).toEqual(before);
    await trainer.write(
      new Map([
        ['mean', values([-1, -2, -3])],
        ['variance', values([0, -0, 2])],
      ]),
    );
    expect((await trainer.read()).get('mean')).toEqual(values([-1, -2, -3]));
    await trainer.dispose();
  });
});

describe('dropout', () => {
  it('draws the same numbers after a restore, others with another seed, and none in predictions', async () => {
    const start = (seed: number) => startTrainer(runtime, { model: withDropout(), dropout: 'train', seed });
    const [whole, first, other] = [await start(5), await start(5), await start(6)];
    const losses = async (trainer: typeof whole, from: number, to: number) => {
      const list: number[] = [];
      for (let step = from; step < to; step += 1) {
        list.push((await trainer.step(perceptronBatch(16, step))).loss);
      }
      return list;
    };
    const expected = await losses(whole, 0, 8);
    await losses(first, 0, 4);
    const second = await start(99);
    await second.restore(await first.save());
    expect(await losses(second, 4, 8)).toEqual(expected.slice(4));
    expect(await losses(other, 0, 8)).not.toEqual(expected);
    const { x } = perceptronBatch(4, 9).inputs;
    expect((await whole.predict({ x })).y!.data).toEqual((await second.predict({ x })).y!.data);
  });
});

describe('weights inside a branch', () => {
  const branch = (seed: number) =>
    ({
      graph: {
        tensors: { w: { shape: [6, 3], data: new Float32Array(18).fill(seed / 10) } },
        nodes: [['MatMul', ['x', 'w'], ['z']]],
        outputs: ['z'],
      },
    }) as const;
  const model = buildModel({
    inputs: { x: ['batch', 6], c: { type: 'bool', shape: [] } },
    nodes: [['If', ['c'], ['y'], { then_branch: branch(1), else_branch: branch(2) }, 'choice']],
    outputs: ['y'],
  });

  it('are trained, used by predictions, and exported to where they were', async () => {
    const trainer = await startTrainer(runtime, { model, branches: { choice: 'then' } });
    const { inputs, targets } = perceptronBatch(16, 1);
    for (let step = 0; step < 5; step += 1) await trainer.step({ inputs, targets });
    // The condition, which no step reads, may come along.
    await trainer.step({ inputs: { ...inputs, c: Uint8Array.of(1) }, targets });
    await expect(trainer.step({ inputs: { ...inputs, d: inputs.x }, targets })).rejects.toThrow(
      'got "d" too',
    );
    const name = 'graph/choice.then_branch/w';
    expect([...(await trainer.read()).keys()]).toEqual([name]);
    const { x } = perceptronBatch(4, 9).inputs;
    const session = await runtime.ort.InferenceSession.create(await trainer.export());
    for (const chosen of [true, false]) {
      const c = Uint8Array.of(chosen ? 1 : 0);
      const { y } = await trainer.predict({ x, c });
      const feeds = {
        x: new runtime.ort.Tensor('float32', x, [4, 6]),
        c: new runtime.ort.Tensor('bool', [chosen], []),
      };
      expect([...(y!.data as Float32Array)]).toEqual([
        ...((await session.run(feeds)).y!.data as Float32Array),
      ]);
    }
    await session.release();
    await trainer.dispose();
  });
});

describe('another batch than the model was exported with', () => {
  const model = buildModel({
    inputs: { x: [1, 6] },
    tensors: {
      shape: { type: 'int64', shape: [3], data: [1, 2, 3] },
      flat: { type: 'int64', shape: [2], data: [1, 6] },
      w: { shape: [6, 3], data: new Float32Array(18).fill(0.1) },
    },
    nodes: [
      ['Reshape', ['x', 'shape'], ['pairs']],
      ['Tanh', ['pairs'], ['t']],
      ['Reshape', ['t', 'flat'], ['f']],
      ['MatMul', ['f', 'w'], ['y']],
    ],
    outputs: ['y'],
  });

  it('is what steps take, while predictions take the model’s own', async () => {
    const trainer = await startTrainer(runtime, { model, batch: 16 });
    const first = (await trainer.step(perceptronBatch(16, 1))).loss;
    for (let step = 0; step < 30; step += 1) await trainer.step(perceptronBatch(16, 1));
    expect((await trainer.evaluate(perceptronBatch(16, 1))).loss).toBeLessThan(first);
    const { y } = await trainer.predict({ x: perceptronBatch(1, 9).inputs.x });
    expect(y!.dims).toEqual([1, 3]);
    await expect(trainer.step(perceptronBatch(8, 1))).rejects.toThrow(RangeError);
    await trainer.dispose();
  });
});
