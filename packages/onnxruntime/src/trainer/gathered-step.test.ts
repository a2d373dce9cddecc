import { constantSparsity } from '@synaprune/core';
import { tensorFromFloat32 } from '@synaprune/onnx';
import { describe, expect, it } from 'vitest';
import { createTrainer } from '../index.js';
import { modelOf, numbers, randomTensor } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

const { ort, executionProviders } = await useNode();

/** A layer and a batch normalisation. */
const normalised = modelOf(
  [-1, 4],
  [-1, 3],
  [
    randomTensor('w', [4, 3], 1),
    randomTensor('scale', [3], 2),
    randomTensor('shift', [3], 3),
    randomTensor('mean', [3], 4),
    tensorFromFloat32('variance', Float32Array.of(0.5, 1, 2), [3]),
  ],
  [
    ['MatMul', ['x', 'w'], ['h']],
    ['BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], ['n']],
    ['Tanh', ['n'], ['y']],
  ],
);
const batch = (rows: number, seed: number) => ({
  inputs: { x: numbers(rows * 4, seed) },
  targets: { y: numbers(rows * 3, seed + 50) },
});
const start = (more: object = {}) =>
  createTrainer({
    ort,
    executionProviders,
    model: normalised,
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 0.01,
    ...more,
  });

describe('a step of several batches', () => {
  it('of one is the step of that one, statistics included, which go on from batch to batch', async () => {
    const [one, gathered, twice] = await Promise.all([start(), start(), start()]);
    await one.step(batch(6, 1));
    await gathered.step({ batches: [batch(6, 1)] });
    const [theirs, ours] = [await one.read(), await gathered.read()];
    for (const [name, values] of theirs) {
      const far = values.map((value, at) => Math.abs(value - ours.get(name)![at]!));
      expect(Math.max(...far), name).toBeLessThan(1e-5);
    }
    expect(ours.get('mean')).toEqual(theirs.get('mean'));
    // Weights stay between the batches of a step, so that statistics are those of two steps at a rate of 0.
    await twice.step({ batches: [batch(6, 1), batch(4, 2)], learningRate: 0 });
    const still = await start();
    for (const each of [batch(6, 1), batch(4, 2)]) await still.step({ ...each, learningRate: 0 });
    expect((await twice.read()).get('mean')).toEqual((await still.read()).get('mean'));
    for (const trainer of [one, gathered, twice, still]) await trainer.dispose();
  });

  it('is refused where no mean of batches is that of all, and taken as a sum', async () => {
    const loss = [
      { loss: 'mse', output: 'y' },
      { loss: { kind: 'mae', sampleWeights: true }, output: 'y', targets: 'other' },
    ] as const;
    const trainer = await start({ loss });
    const { pruner } = trainer.prune({ schedule: constantSparsity(0.5), every: 1 });
    const before = await trainer.save({ pruner });
    const { inputs, targets } = batch(2, 1);
    const one = {
      inputs,
      targets: { ...targets, other: targets.y },
      sampleWeights: { other: Float32Array.of(1, 2) },
    };
    await expect(trainer.step({ batches: [one, one] })).rejects.toThrow(
      /means by weights of their own.*reduce: 'sum'/,
    );
    expect(await trainer.save({ pruner }), 'no mask has changed').toEqual(before);
    expect((await trainer.step({ batches: [one, one], reduce: 'sum' })).loss).toBeGreaterThan(0);
    await trainer.dispose();
    await expect(start({ part: 'update' })).rejects.toThrow('step({ batches }) gathers the gradients');
  });

  it('is refused where weights of samples are so small that their sum divides to infinity', async () => {
    const trainer = await start({ loss: { kind: 'mse', sampleWeights: true } });
    const weighed = (weight: number) => ({
      batches: [1, 2].map((seed) => ({
        ...batch(2, seed),
        sampleWeights: { y: Float32Array.of(weight, weight) },
      })),
    });
    const before = await trainer.read();
    await expect(trainer.step(weighed(1e-40))).rejects.toThrow(/sampleWeights .* float32 can divide by/);
    expect(await trainer.read()).toEqual(before);
    expect((await trainer.step(weighed(1))).loss).toBeGreaterThan(0);
    await trainer.dispose();
  });

  it('weighs an output that is the loss by its elements, and refuses one element of unequal batches', async () => {
    const model = (last: [string, string[], string[]][]) =>
      modelOf([-1, 4], [-1, 3], [randomTensor('w', [4, 3], 1)], [['MatMul', ['x', 'w'], ['h']], ...last]);
    const loss = { kind: 'output', name: 'y' } as const;
    const plain = { loss, optimizer: 'sgd', learningRate: 0.1 };
    const square = model([['Mul', ['h', 'h'], ['y']]]);
    const [all, parts] = await Promise.all([
      start({ ...plain, model: square }),
      start({ ...plain, model: square }),
    ]);
    const x = numbers(7 * 4, 3);
    const pieces = [x.slice(0, 4), x.slice(4)].map((rows) => ({ inputs: { x: rows } }));
    const { loss: whole } = await all.step({ inputs: { x } });
    expect((await parts.step({ batches: pieces })).loss).toBeCloseTo(whole, 5);
    const expected = (await all.read()).get('w')!;
    (await parts.read()).get('w')!.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at]!, 5);
    });
    const scalar = await start({
      ...plain,
      model: model([
        ['Mul', ['h', 'h'], ['s']],
        ['ReduceMean', ['s'], ['y']],
      ]),
    });
    const before = await scalar.read();
    await expect(scalar.step({ batches: pieces })).rejects.toThrow(/equal shapes, or reduce: 'sum'/);
    expect(await scalar.read()).toEqual(before);
    await scalar.step({ batches: [pieces[0]!, pieces[0]!] });
    await scalar.step({ batches: pieces, reduce: 'sum' });
    for (const trainer of [all, parts, scalar]) await trainer.dispose();
  });

  it('that fails in the middle has changed nothing, and can be taken again; one session is loaded for all batches', async () => {
    const sessions: string[] = [];
    let failing = Number.POSITIVE_INFINITY;
    const watched = {
      ...ort,
      InferenceSession: {
        create: async (...given: Parameters<typeof ort.InferenceSession.create>) => {
          const session = await ort.InferenceSession.create(...given);
          sessions.push(session.outputNames.join());
          const run = async (...what: Parameters<typeof session.run>) => {
            failing -= 1;
            if (failing === 0) throw new Error('out of memory');
            return session.run(...what);
          };
          return Object.create(session, { run: { value: run } });
        },
      },
    } as unknown as typeof ort;
    for (const more of [{}, { clip: { norm: 0.1 } }]) {
      const [trainer, other] = await Promise.all([start({ ort: watched, ...more }), start(more)]);
      const batches = [batch(4, 1), batch(4, 2), batch(4, 3)];
      for (const one of [trainer, other]) await one.step({ batches });
      const before = await trainer.save();
      // The last run of three batches updates, unless what computes gradients does so as well.
      for (const nth of more.clip ? [1, 2, 3, 4] : [1, 2, 3]) {
        failing = nth;
        await expect(trainer.step({ batches })).rejects.toMatchObject({ code: 'device-failed' });
        expect(await trainer.save(), `run ${nth}`).toEqual(before);
      }
      const stops = function* () {
        yield batches[0]!;
        throw new Error('no more');
      };
      await expect(trainer.step({ batches: stops() })).rejects.toThrow('no more');
      expect(await trainer.save()).toEqual(before);
      for (const one of [trainer, other]) await one.step({ batches });
      expect(await trainer.save()).toEqual(await other.save());
      for (const one of [trainer, other]) await one.dispose();
    }
    // Beside the model itself, which is tried first: one, and another where gradients have bounds.
    expect(sessions.filter((outputs) => outputs !== 'y')).toHaveLength(3);
  });

  it('updates by gradients that are not finite, as its loss tells', async () => {
    const [gathered, one] = await Promise.all([start(), start()]);
    const bad = batch(4, 1);
    bad.inputs.x[2] = Number.NaN;
    expect(await gathered.step({ batches: [bad, batch(4, 2)] })).toEqual({ loss: Number.NaN });
    expect(await one.step(bad)).toEqual({ loss: Number.NaN });
    expect(await gathered.read()).toEqual(await one.read());
    for (const trainer of [gathered, one]) await trainer.dispose();
  });
});
