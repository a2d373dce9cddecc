import { createTrainer, distil, distillationOptions } from '@synaprune/onnxruntime';
import type { BenchRuntime } from '../onnx/runtimes.js';
import type { Task } from './task.js';

/** Lines that are learned from, a fifth of them held back by `distil` to find its best state. */
const LINES = 320;
/** Lines in a step. */
const BATCH = 8;

/** Fine-tunes a model for so long, taught by the dense one. Labels play no part. */
export async function distilled(
  { ort }: BenchRuntime,
  { model, lessons }: Task,
  small: Uint8Array,
  seconds: number,
): Promise<{ readonly model: Uint8Array; readonly steps: number }> {
  const given = lessons(LINES);
  const trainer = await createTrainer({
    ort,
    model: small,
    inputs: Object.fromEntries(
      Object.entries(given[0]!).map(([name, { dims }]) => [name, [BATCH, ...dims.slice(1)]]),
    ),
    ...distillationOptions(small),
    sessionOptions: { intraOpNumThreads: 1 },
  });
  try {
    const { steps } = await distil({ trainer, teacher: model.bytes, inputs: given, batch: BATCH, seconds });
    return { model: await trainer.export(), steps };
  } finally {
    await trainer.dispose();
  }
}
