import {
  activityScore,
  constantSparsity,
  createPruner,
  fisherScore,
  linearRamp,
  movementScore,
  type ObservedScore,
  observedScore,
  type Signals,
  saliencyScore,
  wandaScore,
} from '@synaprune/core';
import { createScoreObserver, type HostSignals, hostBackend } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { type PruneModelOptions, pruneModel } from '../index.js';
import { tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { createPair } from '../testing/use-pair.js';

const schedule = linearRamp({ from: 0, to: 0.5, start: 0, end: 2 });
const prune = (model: tf.LayersModel, score: ObservedScore, more: Partial<PruneModelOptions> = {}) =>
  pruneModel(model, { schedule, score, print: false, ...more });

/** What steps showed, as an observer of the host takes it. */
type Shown = Record<Exclude<keyof Signals<unknown>, 'weight'>, Record<string, object>>;

/** A model of two layers, trained by Adam while it is pruned, and all that its steps show. */
function runShown(score: ObservedScore) {
  const model = createPair();
  const optimizer = tf.train.adam(0.02, 0.9, 0.999, 1e-7);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const shown: Shown[] = [];
  let calls = 0;
  const spy = observedScore({
    name: 'spy',
    needs: ['gradient', 'secondMoment', 'inputSquare', 'inputMagnitude', 'outputMagnitude'],
    memory: {},
    observe(_, { weight: __, ...signals }) {
      const name = ['base/kernel', 'head/kernel'][calls % 2]!;
      calls += 1;
      for (const [signal, value] of Object.entries(signals)) {
        const tensor = value as unknown as tf.Tensor;
        const values = Float32Array.from(tensor.dataSync<'float32'>());
        shown.at(-1)![signal as keyof Shown][name] = { shape: tensor.shape, values };
      }
      return {};
    },
    rank: (_, weight) => weight,
  });
  const pruning = prune(model, score, { schedule: ramp, regrow: { by: spy, fraction: 0 } });
  return { model, optimizer, pruning, shown };
}

const ramp = linearRamp({ from: 0, to: 0.6, start: 0, end: 3 });

describe('masks of a score that looks at training', () => {
  it.each([
    ['cpu', movementScore()],
    ['wasm', movementScore()],
    ['wasm', saliencyScore()],
    ['wasm', fisherScore({ of: 'secondMoment' })],
    ['wasm', wandaScore()],
    ['wasm', activityScore()],
    ['wasm', activityScore({ of: 'unit' })],
  ] as const)('are on %s those of the host, given the same numbers: %o', async (backend, score) => {
    await useBackend(backend);
    const { model, optimizer, pruning, shown } = runShown(score);
    const x = tensorOf(101, [32, 10]);
    const kernels = () => pruning.kernels.kernels;
    const hosted = kernels().map(({ name, weight }) => ({
      name,
      weight: { shape: weight.shape, values: Float32Array.from(weight.dataSync()) },
    }));
    const observer = createScoreObserver({ score, weights: hosted });
    const host = createPruner({
      backend: hostBackend(),
      weights: hosted,
      schedule: ramp,
      score: observer,
    });
    for (let position = 0; position < 4; position += 1) {
      await pruning.pruner.update(position);
      await host.update(position);
      const masks = await pruning.masks();
      expect(await host.masks()).toEqual(masks);
      for (let step = 0; step < 2; step += 1) {
        shown.push({
          gradient: {},
          secondMoment: {},
          inputSquare: {},
          inputMagnitude: {},
          outputMagnitude: {},
        });
        await model.trainOnBatch(x, x);
        observer.observe(shown.at(-1)! as HostSignals);
        for (const [i, { weight }] of kernels().entries()) hosted[i]!.weight.values.set(weight.dataSync());
      }
    }
    const { remembered } = (await pruning.save()).state;
    expect((await host.save()).remembered!.score).toBe(remembered!.score);
    pruning.dispose();
    optimizer.dispose();
    model.dispose();
    x.dispose();
  });
});

describe('an observed score in pruneModel', () => {
  it('goes on from a saved state on another backend as if never interrupted', async () => {
    const x = await useBackend('cpu').then(() => tensorOf(101, [32, 10]));
    const create = () => {
      const model = createPair();
      model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
      return model;
    };
    const whole = create();
    const pruning = prune(whole, movementScore());
    for (const position of [0, 1]) {
      await pruning.pruner.update(position);
      await whole.trainOnBatch(x, x);
    }
    const saved = JSON.parse(JSON.stringify(await pruning.save()));
    expect(saved.state.score).toEqual({ kind: 'movement' });
    const later = create();
    later.setWeights(whole.getWeights());
    const resumed = prune(later, movementScore());
    await resumed.restore(saved);
    for (const [model, own] of [
      [whole, pruning],
      [later, resumed],
    ] as const) {
      await model.trainOnBatch(x, x);
      await own.pruner.update(2);
    }
    expect(await resumed.masks()).toEqual(await pruning.masks());
    expect((await resumed.save()).state.remembered).toEqual((await pruning.save()).state.remembered);

    // And the host reads the state, too.
    const weights = resumed.kernels.kernels.map(({ name, weight }) => ({
      name,
      weight: { shape: weight.shape, values: Float32Array.from(weight.dataSync()) },
    }));
    const observer = createScoreObserver({ score: movementScore(), weights });
    const host = createPruner({
      backend: hostBackend(),
      weights,
      schedule: constantSparsity(0.7),
      score: observer,
    });
    const last = (await resumed.save()).state;
    await host.restore(last);
    await host.update(3);
    const other = createPair();
    other.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    other.setWeights(later.getWeights());
    const onward = prune(other, movementScore(), { schedule: constantSparsity(0.7) });
    await onward.restore(JSON.parse(JSON.stringify(await resumed.save())));
    await onward.pruner.update(3);
    expect(await host.masks()).toEqual(await onward.masks());
    for (const one of [pruning, resumed, onward]) one.dispose();
  });

  it('refuses an update that is to drop before the first step, and changes nothing', async () => {
    await useBackend('cpu');
    const model = createPair();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const pruning = prune(model, saliencyScore(), { schedule: constantSparsity(0.5) });
    await expect(pruning.pruner.update(0)).rejects.toMatchObject({ code: 'nothing-observed' });
    expect((await pruning.pruner.report()).total.zeros).toBe(0);
    pruning.dispose();
  });
});
