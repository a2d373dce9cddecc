import type { Line } from '@synaprune/examples-kit/ocr/lines/draw-line';
import type { Reader } from '@synaprune/examples-kit/ocr/model/reader';
import { packTargets } from '../model/soft-targets.js';
import type { Lesson } from './train.js';

const BATCH = 16;

/** Asks the dense model about every line. What the line says plays no part: only the dense model teaches. */
export async function askDense(
  dense: Reader,
  lines: readonly Line[],
  signal: AbortSignal,
): Promise<Lesson[]> {
  const lessons: Lesson[] = [];
  for (let at = 0; at < lines.length; at += BATCH) {
    signal.throwIfAborted();
    const batch = lines.slice(at, at + BATCH);
    const outputs = await dense.outputs(batch);
    const each = outputs.length / batch.length;
    batch.forEach((line, i) => {
      lessons.push({ line, targets: packTargets(outputs.subarray(i * each, (i + 1) * each)) });
    });
  }
  return lessons;
}
