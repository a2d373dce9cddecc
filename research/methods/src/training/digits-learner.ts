import { createRandom, shuffled } from '@synaprune/examples-kit/random';
import { type Batch, createTrainer } from '@synaprune/onnxruntime';
import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import { type Digits, PIXELS, readDigits } from '../data/digits.js';
import type { Model } from '../models/model.js';
import type { MethodSpec } from '../run.js';
import { crossEntropy } from './cross-entropy.js';
import { createLearner, type Learner } from './learner.js';
import { OPTIMIZER_OF } from './optimizers.js';

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
    optimizer: OPTIMIZER_OF[plan.optimizer],
    masked: [...model.kernels],
  });
  const nextRows = createRows(training.labels.length, batchSize, seed);
  return createLearner({
    trainer,
    plan,
    nextBatch: () => batchOf(training, nextRows()),
    async score() {
      const dims = [heldOut.labels.length, PIXELS];
      const { logits } = await trainer.predict({ digit: { data: heldOut.pixels, dims } });
      const { right, nats } = crossEntropy(logits!.data as Float32Array, heldOut.labels);
      return { score: right, loss: nats };
    },
  });
}

/** Answers which rows are next, whole batches of an order that is drawn anew when it is used up. */
function createRows(count: number, size: number, seed: number): () => Int32Array {
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

function batchOf({ pixels, labels }: Digits, rows: Int32Array): Batch {
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
