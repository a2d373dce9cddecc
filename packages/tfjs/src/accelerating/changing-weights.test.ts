import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { constantSparsity, createPruner, findKernels, tfjsBackend } from '../index.js';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';

const KINDS = ['dense layers', 'LSTM', 'sequences with gaps', 'models in a model, layers in two places'];

/** What a model without packed weights answers: one of the same weights, each a copy of its own. */
function answersOfTwin(model: tf.LayersModel, kind: string, x: tf.Tensor): number[] {
  const twin = ZOO[kind]!();
  tf.tidy(() => twin.setWeights(model.getWeights().map((weight) => tf.add(weight, 0))));
  const wanted = answers(twin, x).flat();
  twin.dispose();
  return wanted;
}

describe.each(['cpu', 'wasm'] as const)('on %s, an accelerated model', (backend) => {
  beforeEach(() => useBackend(backend));

  describe.each(KINDS)('of %s', (kind) => {
    let model: tf.LayersModel;
    let x: tf.Tensor;
    const opened: { release(): void }[] = [];
    const open = () => {
      model = ZOO[kind]!();
      prune(model, 0.8, 1);
      x = zooInputs(model, 3, 5);
      opened.push(accelerate(model));
    };
    const expectSame = () => {
      // Once dense, then packed again.
      for (let i = 0; i < 3; i += 1) {
        expect(distance(answers(model, x).flat(), answersOfTwin(model, kind, x))).toBeLessThan(1e-5);
      }
    };
    afterEach(() => {
      for (const { release } of opened.splice(0)) release();
      x.dispose();
      model.dispose();
    });

    it('answers by weights that were set, by setWeights and by assign', () => {
      open();
      prune(model, 0.6, 77);
      expectSame();
      const kernel = model.weights.find(({ shape }) => shape.length > 1)!.read() as tf.Variable;
      tf.tidy(() => kernel.assign(tf.mul(kernel, 2)));
      expectSame();
    });

    it('answers by weights that a pruner wrote where they lie', async () => {
      open();
      const { kernels } = findKernels(model);
      const pruner = createPruner({
        backend: tfjsBackend(),
        weights: kernels,
        schedule: constantSparsity(0.95),
      });
      await pruner.update(0);
      expectSame();
      pruner.dispose();
    });

    it('answers by weights of which nothing is zero any more', () => {
      open();
      prune(model, 0, 3);
      expectSame();
    });
  });

  it('trains as it does without: the same losses, the same weights to the bit', async () => {
    for (const kind of ['a chain of models', 'LSTM']) {
      const runs = [];
      for (const accelerated of [false, true]) {
        const model = ZOO[kind]!();
        prune(model, 0.8, 1);
        model.compile({ optimizer: tf.train.adam(0.01, 0.9, 0.999, 1e-7), loss: 'meanSquaredError' });
        const x = zooInputs(model, 8, 5);
        const y = tensorOf(9, [8, model.outputShape[1] as number]);
        const acceleration = accelerated ? accelerate(model) : undefined;
        const { history } = await model.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, verbose: 0 });
        const loss = await model.trainOnBatch(x, y);
        runs.push({ history, loss, weights: model.getWeights().map((weight) => [...weight.dataSync()]) });
        acceleration?.release();
        tf.dispose([x, y]);
        model.dispose();
      }
      expect(runs[1]).toEqual(runs[0]);
    }
  });

  it('has the gradients that it has without', () => {
    for (const kind of ['dense layers', 'LSTM']) {
      const model = ZOO[kind]!();
      prune(model, 0.8, 1);
      const x = zooInputs(model, 3, 5);
      const gradients = () =>
        tf.tidy(() => {
          const outputs = (input: tf.Tensor) => (model.apply(input) as tf.Tensor).square().sum() as tf.Scalar;
          const { grads } = tf.variableGrads(() => outputs(x));
          return [tf.grad(outputs)(x), ...Object.values(grads)].map((gradient) => [...gradient.dataSync()]);
        });
      const wanted = gradients();
      const { release } = accelerate(model);
      expect(gradients()).toEqual(wanted);
      release();
      x.dispose();
      model.dispose();
    }
  });
});
