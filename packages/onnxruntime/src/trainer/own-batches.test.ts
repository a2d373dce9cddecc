import { expect, it } from 'vitest';
import { readSamples } from '../inputs/given-samples.js';
import { modelInputs } from '../inputs/model-inputs.js';
import { perceptron, perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();

/** A batch in arrays of its own, and what fills them with something else. */
function refillable(seed: number) {
  const { inputs, targets } = perceptronBatch(8, seed);
  const [x, y] = [inputs.x.slice(), targets.y.slice()];
  const refill = () => {
    x.fill(7);
    y.fill(-7);
  };
  return { batch: { inputs: { x }, targets: { y } }, refill };
}

it('takes a batch when it is called: arrays may be filled again at once', async () => {
  const [kept, refilled] = [await startTrainer(runtime), await startTrainer(runtime)];
  for (let step = 0; step < 3; step += 1) {
    const expected = await kept.step(perceptronBatch(8, step));
    const { batch, refill } = refillable(step);
    const running = refilled.step(batch);
    refill();
    expect(await running).toEqual(expected);
  }
  expect(await refilled.read()).toEqual(await kept.read());
  const expected = await kept.evaluate(perceptronBatch(8, 9));
  const one = refillable(9);
  const evaluating = refilled.evaluate(one.batch);
  one.refill();
  expect(await evaluating).toEqual(expected);
  const answers = await kept.predict(perceptronBatch(8, 9).inputs);
  const other = refillable(9);
  const { x } = other.batch.inputs;
  const predicting = refilled.predict({ x: new runtime.ort.Tensor('float32', x, [8, 6]) });
  other.refill();
  expect((await predicting).y!.data).toEqual(answers.y!.data);
  await kept.dispose();
  await refilled.dispose();
});

it('takes a list of batches when it is called, and others one after another from the same arrays', async () => {
  const batches = [0, 1, 2].map((seed) => perceptronBatch(8, seed));
  const trainers = [await startTrainer(runtime), await startTrainer(runtime), await startTrainer(runtime)];
  const [kept, listed, given] = trainers as [
    (typeof trainers)[0],
    (typeof trainers)[0],
    (typeof trainers)[0],
  ];
  const expected = await kept.step({ batches });
  const list = [0, 1, 2].map(refillable);
  const running = listed.step({ batches: list.map(({ batch }) => batch) });
  for (const { refill } of list) refill();
  expect(await running).toEqual(expected);
  const { batch } = refillable(0);
  async function* sameArrays() {
    for (const { inputs, targets } of batches) {
      batch.inputs.x.set(inputs.x);
      batch.targets.y.set(targets.y);
      yield batch;
    }
  }
  expect(await given.step({ batches: sameArrays() })).toEqual(expected);
  expect(await listed.read()).toEqual(await kept.read());
  expect(await given.read()).toEqual(await kept.read());
  for (const trainer of trainers) await trainer.dispose();
});

it('takes samples that are given one after another in the same array, views of a Buffer among them', async () => {
  const declared = modelInputs(perceptron());
  const bytes = Buffer.alloc(24);
  const x = new Float32Array(bytes.buffer, bytes.byteOffset, 6);
  function* sameArray() {
    for (const value of [1, 2, 3]) yield { x: x.fill(value) };
  }
  const samples = await readSamples(runtime.ort, 'here', sameArray, declared);
  expect(samples.map((sample) => (sample.x!.data as Float32Array)[0])).toEqual([1, 2, 3]);
});
