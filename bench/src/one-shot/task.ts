import type { Line } from '@synaprune/examples-kit/ocr/lines/draw-line';
import { drawLines, stackLines } from '@synaprune/examples-kit/ocr/lines/line-set';
import type { Model, ModelName } from '@synaprune/examples-kit/ocr/model/model';
import { readModel } from '@synaprune/examples-kit/ocr/model/read-model';
import { openReader } from '@synaprune/examples-kit/ocr/model/reader';
import { errorRate, scoreAnswers } from '@synaprune/examples-kit/ocr/model/scores';
import { findWeights } from '@synaprune/onnx';
import type { BenchRuntime } from '../onnx/runtimes.js';

/** Numbers by the model's names, as sessions and `compressOnnx` take them. */
export type Batch = Readonly<
  Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>
>;

/** A model, the lines that pruning may look at, and others that measure what it is worth. */
export interface Task {
  /** As it is called in rows and in the names of goals. */
  readonly name: 'recogniser' | 'classifier';
  readonly model: Model;
  /** Weights that are pruned: all of convolutions and products but depthwise kernels, which have few. */
  readonly weights: readonly string[];
  readonly elements: number;
  /** Some lines each. */
  readonly calibration: readonly Batch[];
  /** A line each, of those that measure: for what wants to measure by itself. */
  readonly heldBack: readonly Batch[];
  /** So many lines to learn from, a line each; those of the calibration come first. */
  lessons(count: number): readonly Batch[];
  score(bytes: Uint8Array): Promise<Scored>;
}

/** What a pruned model makes of lines that nothing was calibrated by. */
export interface Scored {
  /** The share of lines that are answered as the dense model answers them. */
  readonly asDense: number;
  /** Letters to change to get to what the dense model reads, for each of its letters; of what reads. */
  readonly edits?: number;
  /** How wrong the answers are against what was drawn, and how wrong the dense model's are. */
  readonly error: number;
  readonly denseError: number;
}

/** How many lines. */
export interface Lines {
  readonly calibration: number;
  readonly heldOut: number;
}

/** Lines that are fed at once. */
const LINES_A_BATCH = 8;
const WIDTHS = { rec: 160, cls: 192 } as const;

/** Draws lines and asks the dense model about those that measure. */
export async function openTask(runtime: BenchRuntime, id: ModelName, lines: Lines, seed = 1): Promise<Task> {
  const model = readModel(id);
  const draw = (part: 'training' | 'heldOut', count: number) =>
    drawLines({ part, count, width: WIDTHS[id], seed, turns: model.turnsLines });
  const heldOut = draw('heldOut', lines.heldOut);
  const truth = heldOut.map(model.truth);
  const read = async (bytes: Uint8Array) => {
    const { ort, executionProviders, sessionOptions } = runtime;
    const reader = await openReader(ort, model, bytes, { ...sessionOptions, executionProviders });
    return reader.read(heldOut).finally(() => reader.release());
  };
  const dense = await read(model.bytes);
  const weights = findWeights(model.bytes).filter(
    ({ pruned, shape }) => pruned && !(shape.length === 4 && shape[1] === 1),
  );
  return {
    name: id === 'rec' ? 'recogniser' : 'classifier',
    model,
    weights: weights.map(({ name }) => name),
    elements: weights.reduce((sum, { elements }) => sum + elements, 0),
    calibration: batchesOf(model, draw('training', lines.calibration), LINES_A_BATCH),
    heldBack: batchesOf(model, heldOut, 1),
    lessons: (count) => batchesOf(model, draw('training', count), 1),
    async score(bytes) {
      const answers = await read(bytes);
      const { sameLines, error } = scoreAnswers(model, answers, truth, dense);
      return {
        asDense: sameLines,
        ...(id === 'rec' && { edits: errorRate(textsOf(answers), textsOf(dense)) }),
        error,
        denseError: model.error(textsOf(dense), truth),
      };
    },
  };
}

const textsOf = (answers: readonly { readonly text: string }[]) => answers.map(({ text }) => text);

function batchesOf({ input }: Model, lines: readonly Line[], size: number): Batch[] {
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => ({
    [input]: stackLines(lines.slice(i * size, (i + 1) * size)),
  }));
}
