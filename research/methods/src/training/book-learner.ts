import { createRandom } from '@synaprune/examples-kit/random';
import { type Batch, createTrainer } from '@synaprune/onnxruntime';
import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import { readBook } from '../data/book.js';
import { LETTERS, WINDOW } from '../models/character-lstm.js';
import type { Model } from '../models/model.js';
import type { MethodSpec } from '../run.js';
import { crossEntropy } from './cross-entropy.js';
import { createLearner, type Learner } from './learner.js';
import { OPTIMIZER_OF } from './optimizers.js';

/** Windows of the held-out part that are scored, as far from each other as can be. */
const SCORED = 512;

let book: ReturnType<typeof readBook> | undefined;

/** Opens a learner of the book's next characters. Where its windows lie is of the seed alone. */
export async function createBookLearner(
  { ort, sessionOptions }: StudyRuntime,
  model: Model,
  { training: plan, seed }: Pick<MethodSpec, 'training' | 'seed'>,
): Promise<Learner> {
  book ??= readBook();
  const { training, heldOut } = book;
  const { batchSize } = plan;
  const trainer = await createTrainer({
    ort,
    sessionOptions,
    model: model.bytes,
    inputs: { characters: [batchSize, WINDOW, LETTERS] },
    loss: { kind: 'crossEntropy', targets: 'indices' },
    optimizer: OPTIMIZER_OF[plan.optimizer],
    masked: [...model.kernels],
  });
  const random = createRandom(seed, 'windows of the book');
  const places = training.length - WINDOW;
  return createLearner({
    trainer,
    plan,
    nextBatch() {
      const starts = Array.from({ length: batchSize }, () => Math.floor(random.uniform() * places));
      const { characters, next } = windowsOf(training, starts);
      const classes = BigInt64Array.from(next, BigInt);
      return {
        inputs: { characters },
        targets: { logits: { data: classes, dims: [classes.length] } },
      } satisfies Batch;
    },
    async score() {
      const apart = Math.floor((heldOut.length - WINDOW) / SCORED);
      const { characters, next } = windowsOf(
        heldOut,
        Array.from({ length: SCORED }, (_, i) => i * apart),
      );
      const { logits } = await trainer.predict({ characters });
      const { nats } = crossEntropy(logits!.data as Float32Array, next);
      return { score: nats / Math.LN2, loss: nats };
    },
  });
}

/** Windows that start at these places, one-hot, and what follows each of their characters, in the order of the logits. */
function windowsOf(text: Uint8Array, starts: readonly number[]) {
  const data = new Float32Array(starts.length * WINDOW * LETTERS);
  const next = new Array<number>(starts.length * WINDOW);
  for (const [row, start] of starts.entries()) {
    for (let i = 0; i < WINDOW; i += 1) {
      data[(row * WINDOW + i) * LETTERS + text[start + i]!] = 1;
      next[i * starts.length + row] = text[start + i + 1]!;
    }
  }
  return { characters: { data, dims: [starts.length, WINDOW, LETTERS] }, next };
}
