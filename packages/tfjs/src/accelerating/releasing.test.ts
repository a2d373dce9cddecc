import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { countTaken } from '../testing/count-taken.js';
import { createMemory } from '../testing/memory.js';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';

const KERNELS = ['BatchMatMul', '_FusedMatMul', 'Conv2D', 'FusedConv2D'];
const registered = () =>
  KERNELS.flatMap((name) => ['cpu', 'wasm'].map((backend) => tf.getKernel(name, backend)));

function open(kind: string, seed = 1): { readonly model: tf.LayersModel; readonly x: tf.Tensor } {
  const model = ZOO[kind]!();
  prune(model, 0.8, seed);
  return { model, x: zooInputs(model, 3, 5) };
}

/** The names of all properties of the layers of a model that are their own. */
function ownNames(model: tf.LayersModel): string[][] {
  return [model, ...model.layers].map((layer) => Object.getOwnPropertyNames(layer));
}

describe.each(['cpu', 'wasm'] as const)('release, on %s', (backend) => {
  beforeEach(() => useBackend(backend));

  it.each(['dense layers', 'sequences with gaps', 'models in a model, layers in two places'])(
    'gives methods and kernels back: %s',
    (kind) => {
      const { model, x } = open(kind);
      const [before, names] = [registered(), ownNames(model)];
      const { release } = accelerate(model);
      expect(registered()).not.toEqual(before);
      release();
      release();
      expect(registered()).toEqual(before);
      expect(ownNames(model)).toEqual(names);
      x.dispose();
      model.dispose();
    },
  );

  it.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ])('goes in any order, of two models and of one twice: %i %i %i', (...order) => {
    const [one, other] = [open('models in a model, layers in two places'), open('LSTM', 3)];
    const wanted = [one, other].map(({ model, x }) => answers(model, x).flat());
    const before = registered();
    const releases = [accelerate(one.model), accelerate(other.model), accelerate(one.model)].map(
      ({ release }) => release,
    );
    const expectSame = () => {
      for (const [i, { model, x }] of [one, other].entries()) {
        expect(distance(answers(model, x).flat(), wanted[i]!)).toBeLessThan(1e-5);
      }
    };
    expectSame();
    for (const i of order) {
      releases[i]!();
      expectSame();
    }
    expect(registered()).toEqual(before);
    for (const { model, x } of [one, other]) tf.dispose([x, model.weights.map((weight) => weight.read())]);
  });

  it('leaves copies of a model packed that share its weights', () => {
    const [one, twin] = [open('dense layers'), open('dense layers')];
    twin.model.setWeights(one.model.getWeights());
    const wanted = answers(one.model, one.x).flat();
    const [first, second] = [accelerate(one.model), accelerate(twin.model)];
    first.release();
    expect(distance(answers(twin.model, one.x).flat(), wanted)).toBeLessThan(1e-5);
    second.release();
    expect(answers(twin.model, one.x).flat()).toEqual(wanted);
    for (const { model, x } of [one, twin]) {
      model.dispose();
      x.dispose();
    }
  });

  it('may come after the model was disposed of', () => {
    const { model, x } = open('LSTM');
    const before = registered();
    const { release } = accelerate(model);
    model.dispose();
    release();
    expect(registered()).toEqual(before);
    x.dispose();
  });

  it.each(['dense layers', 'LSTM'])('lets a model that was disposed of refuse to predict: %s', (kind) => {
    const { model, x } = open(kind);
    const { release } = accelerate(model);
    const weights = model.layers.flatMap((layer) => layer.weights);
    // As a layer that a model shares with others may be: nothing of the model itself says so.
    tf.dispose(weights.map((weight) => weight.read()));
    expect(() => model.predict(x)).toThrow('disposed');
    release();
    x.dispose();
  });

  it('leaves a kernel that somebody registered meanwhile, and what it calls works', () => {
    const { model, x } = open('dense layers');
    const wanted = answers(model, x).flat();
    const { release } = accelerate(model);
    const ours = tf.getKernel('_FusedMatMul', backend);
    const theirs = { ...ours, kernelFunc: (call: Parameters<tf.KernelFunc>[0]) => ours.kernelFunc(call) };
    tf.unregisterKernel('_FusedMatMul', backend);
    tf.registerKernel(theirs);
    release();
    expect(tf.getKernel('_FusedMatMul', backend)).toBe(theirs);
    expect(answers(model, x).flat()).toEqual(wanted);
    const again = accelerate(model);
    expect(distance(answers(model, x).flat(), wanted)).toBeLessThan(1e-5);
    again.release();
    expect(tf.getKernel('_FusedMatMul', backend)).toBe(theirs);
    x.dispose();
    model.dispose();
  });

  it('is not needed for saving: what is saved is the same', async () => {
    const { model, x } = open('both ways');
    const [before, after] = [createMemory(), createMemory()];
    await model.save(before.save);
    const { release } = accelerate(model);
    answers(model, x);
    await model.save(after.save);
    expect(JSON.stringify(after.artifacts().modelTopology)).toBe(
      JSON.stringify(before.artifacts().modelTopology),
    );
    expect(after.artifacts().weightData).toEqual(before.artifacts().weightData);
    release();
    x.dispose();
    model.dispose();
  });
});

it('gives back all of the memory of the wasm backend', async () => {
  await useBackend('wasm');
  for (const kind of [
    'dense layers',
    'GRU upon GRU',
    'sequences with gaps',
    'separable and plain convolutions',
    'separable convolutions',
  ]) {
    const { model, x } = open(kind);
    answers(model, x);
    const { taken, stop } = countTaken();
    const { release } = accelerate(model);
    answers(model, x);
    expect(taken.size).toBeGreaterThan(0);
    prune(model, 0.9, 3);
    answers(model, x);
    answers(model, x);
    model.dispose();
    release();
    expect(taken.size).toBe(0);
    stop();
    x.dispose();
  }
});

it('lets a model run on other backends', async () => {
  await useBackend('wasm');
  const { model, x } = open('LSTM upon LSTM');
  const wanted = answers(model, x).flat();
  const { release } = accelerate(model);
  for (const backend of ['cpu', 'wasm', 'late'] as const) {
    await useBackend(backend);
    const got = tf.tidy(() => model.predict(x) as tf.Tensor);
    expect(distance([...(await got.data())], wanted)).toBeLessThan(1e-5);
    got.dispose();
  }
  release();
  x.dispose();
  model.dispose();
});
