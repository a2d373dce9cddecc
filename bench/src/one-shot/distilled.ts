import { createTrainer, distil, distillationOptions } from '@synaprune/onnxruntime';
import type { BenchRuntime } from '../onnx/runtimes.js';
import type { Task } from './task.js';

/** Lines that are learned from, a fifth of them held back by `distil` to find its best state. */
const LINES = 320;

/** Fine-tunes a model for so long, taught by the dense one. Labels play no part. */
export async function distilled(
  { ort }: BenchRuntime,
  { model, lessons }: Task,
  small: Uint8Array,
  seconds: number,
): Promise<{ readonly model: Uint8Array; readonly steps: number }> {
  const trainer = await createTrainer({
    ort,
    model: small,
    ...distillationOptions(small),
    sessionOptions: { intraOpNumThreads: 1 },
  });
  try {
    const { steps } = await distil({ trainer, teacher: model.bytes, inputs: lessons(LINES), seconds });
    return { model: await trainer.export(), steps };
  } finally {
    await trainer.dispose();
  }
}
