import type { Line } from '@synaprune/examples-kit/ocr/lines/draw-line';
import type { Answer, Model } from '@synaprune/examples-kit/ocr/model/model';
import { openReader, type Reader } from '@synaprune/examples-kit/ocr/model/reader';
import { scoreAnswers } from '@synaprune/examples-kit/ocr/model/scores';
import { findWeights } from '@synaprune/onnx';
import { isDepthwise } from './model/prunable.js';
import type { Version } from './results.js';
import type { Runtime } from './runtime.js';
import { measureSizes } from './sizes.js';

/** How many measured lines are shown with what each version read. */
export const SAMPLES = 8;

/** Measures any version of the model on the same lines, always from the bytes of its file. */
export function createMeasure(
  runtime: Runtime,
  model: Model,
  lines: readonly Line[],
  dense: readonly Answer[],
): (bytes: Uint8Array, facts: Pick<Version, 'arm' | 'target' | 'seconds' | 'notices'>) => Promise<Version> {
  const truth = lines.map(model.truth);
  return async (bytes, { arm, target, seconds, notices }) => {
    const answers = await withReader(runtime, model, bytes, (reader) => reader.read(lines));
    return {
      arm,
      target,
      sparsity: countZeros(bytes).sparsity,
      scores: scoreAnswers(model, answers, truth, dense),
      sizes: await measureSizes(bytes),
      seconds,
      notices,
      file: arm === 'dense' ? 'dense.onnx' : `${arm}-${Math.round(100 * target)}.onnx`,
      samples: answers.slice(0, SAMPLES).map(({ text }) => text),
    };
  };
}

/** Opens a reader for as long as something is done with it. */
export async function withReader<Result>(
  { ort, sessionOptions }: Runtime,
  model: Model,
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

/** What is counted in a file. */
export interface Counts {
  /** Weights that may be pruned. */
  readonly prunable: number;
  /** Weights of depthwise kernels, which are left alone. */
  readonly spared: number;
  /** The share of zeros among those that may be pruned. */
  readonly sparsity: number;
}

/** Counts the weights of a file, and how many of them are zero. */
export function countZeros(bytes: Uint8Array): Counts {
  const kernels = findWeights(bytes).filter(({ pruned }) => pruned);
  const weights = kernels.filter((weight) => !isDepthwise(weight));
  const count = (some: typeof kernels) => some.reduce((sum, { elements }) => sum + elements, 0);
  const prunable = count(weights);
  const zeros = weights.reduce((sum, weight) => sum + (weight.zeros ?? 0), 0);
  return { prunable, spared: count(kernels) - prunable, sparsity: zeros / prunable };
}
