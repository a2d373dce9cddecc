import { findWeights } from '@synaprune/onnx';
import type { Line } from './lines/draw-line.js';
import { isDepthwise } from './model/prunable.js';
import { openReader, type Reader } from './model/reader.js';
import { scoreTexts } from './model/scores.js';
import type { TextModel } from './model/text-model.js';
import type { Version } from './results.js';
import type { Runtime } from './runtime.js';
import { measureSizes } from './sizes.js';

/** How many measured lines are shown with what each version read. */
export const SAMPLES = 8;

/** Measures any version of the model on the same lines, always from the bytes of its file. */
export function createMeasure(
  runtime: Runtime,
  model: TextModel,
  lines: readonly Line[],
  denseTexts: readonly string[],
): (bytes: Uint8Array, facts: Pick<Version, 'arm' | 'target' | 'seconds'>) => Promise<Version> {
  const truth = lines.map(({ text }) => text);
  return async (bytes, { arm, target, seconds }) => {
    const texts = await withReader(runtime, model, bytes, (reader) => reader.read(lines));
    return {
      arm,
      target,
      sparsity: countZeros(bytes).sparsity,
      scores: scoreTexts(texts, truth, denseTexts),
      sizes: await measureSizes(bytes),
      seconds,
      file: arm === 'dense' ? 'dense.onnx' : `${arm}-${Math.round(100 * target)}.onnx`,
      samples: texts.slice(0, SAMPLES),
    };
  };
}

/** Opens a reader for as long as something is done with it. */
export async function withReader<Result>(
  { ort, sessionOptions }: Runtime,
  model: TextModel,
  bytes: Uint8Array,
  use: (reader: Reader) => Promise<Result>,
): Promise<Result> {
  const reader = await openReader(ort, model, bytes, sessionOptions);
  try {
    return await use(reader);
  } finally {
    await reader.release();
  }
}

/** The weights of a file that may be pruned, and how many of them are zero. */
export function countZeros(bytes: Uint8Array): { readonly prunable: number; readonly sparsity: number } {
  const weights = findWeights(bytes, { exclude: [isDepthwise] }).filter(({ pruned }) => pruned);
  const prunable = weights.reduce((sum, { elements }) => sum + elements, 0);
  const zeros = weights.reduce((sum, weight) => sum + (weight.zeros ?? 0), 0);
  return { prunable, sparsity: zeros / prunable };
}
