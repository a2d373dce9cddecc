import { createRandom, shuffled } from '@synaprune/examples-kit/random';
import { createTrainer } from '@synaprune/onnxruntime';
import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import { type Digits, PIXELS, readDigits } from '../data/digits.js';
import type { Model } from '../models/lenet.js';
import type { MethodSpec } from '../run.js';
import { crossEntropy } from './cross-entropy.js';
import type { Learner } from './learner.js';
import { learningRateAt } from './learning-rate.js';

let digits: ReturnType<typeof readDigits> | undefined;

/** Opens a learner of digits. Its batches are of the seed alone, each digit once an epoch. */
export async function createDigitsLearner(
  { ort, sessionOptions }: StudyRuntime,
  model: Model,
  { training: plan, seed }: Pick<MethodSpec, 'training' | 'seed'>,
): Promise<Learner> {
  digits ??= readDigits();
  const { training, heldOut } = digits;
  const { batchSize } = plan;
  const trainer = await createTrainer({
    ort,
    sessionOptions,
    model: model.bytes,
    inputs: { digit: [batchSize, PIXELS] },
    loss: { kind: 'crossEntropy', targets: 'indices' },
    optimizer: 'adam',
    masked: [...model.kernels],
  });
  const nextBatch = createBatches(training.labels.length, batchSize, seed);
  let taken = 0;
  return {
    trainer,
    get taken() {
      return taken;
    },
    async train(steps, learningRate) {
      for (let step = 0; step < steps; step += 1) {
        await trainer.step({
          ...batchOf(training, nextBatch()),
          learningRate: learningRate ?? learningRateAt(taken, plan),
        });
        taken += 1;
      }
    },
    async score() {
      const dims = [heldOut.labels.length, PIXELS];
      const { logits } = await trainer.predict({ digit: { data: heldOut.pixels, dims } });
      const { right, nats } = crossEntropy(logits!.data as Float32Array, heldOut.labels);
      return { score: right, loss: nats };
    },
    dispose: () => trainer.dispose(),
  };
}

/** Answers which rows are next, whole batches of an order that is drawn anew when it is used up. */
function createBatches(count: number, size: number, seed: number): () => Int32Array {
  const random = createRandom(seed, 'order of the digits');
  let order = shuffled(count, random);
  let at = 0;
  return () => {
    if (at + size > count) {
      order = shuffled(count, random);
      at = 0;
    }
    at += size;
    return order.subarray(at - size, at);
  };
}

function batchOf({ pixels, labels }: Digits, rows: Int32Array) {
  const data = new Float32Array(rows.length * PIXELS);
  for (const [i, row] of rows.entries()) {
    data.set(pixels.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS);
  }
  const classes = BigInt64Array.from(rows, (row) => BigInt(labels[row]!));
  return {
    inputs: { digit: { data, dims: [rows.length, PIXELS] } },
    targets: { logits: { data: classes, dims: [rows.length] } },
  };
}
