import { PruneError } from '@synaprune/core';
import { requireOptions, requireWatched } from '@synaprune/core/checks';
import {
  type AgreementMetric,
  type AgreementOptions,
  type Comparison,
  createAgreement,
  timeInTurn,
} from '@synaprune/refit';
import type { InferenceSession } from 'onnxruntime-common';
import type { Feeds } from '../inputs/given-samples.js';
import { type ModelInput, modelInputs, unlikeInputs } from '../inputs/model-inputs.js';
import { openSamples, SAMPLE_OPTIONS, type SampleOptions } from '../inputs/open-samples.js';
import { run } from '../runtime/run.js';
import {
  defaultProviders,
  type ExecutionProviders,
  loadSession,
  type OnnxRuntime,
  requireRuntime,
} from '../runtime/runtime.js';
import { answersOf } from './answers-of.js';

/** What is compared, and on what. */
export interface CompareOptions extends SampleOptions {
  /** The runtime: `import * as ort from 'onnxruntime-node'` or from `'onnxruntime-web'`. */
  readonly ort: OnnxRuntime;
  /** Bytes of the model as it was, with all of its weights in it. */
  readonly before: Uint8Array;
  /** Bytes of what became of it: a model of the same inputs and outputs. */
  readonly after: Uint8Array;
  /** Outputs whose numbers rank classes though they are no distributions, as logits do. */
  readonly classes?: AgreementOptions['classes'];
  /** Another measure than agreement, in [0, 1] for each pair of answers. */
  readonly metric?: AgreementMetric | undefined;
  /** What to run on: the processor unless told. */
  readonly executionProviders?: ExecutionProviders | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each sample that both have answered, and after each round of the timing. */
  readonly onProgress?: ((progress: CompareProgress) => void) | undefined;
}

/** How far a comparison is. */
export interface CompareProgress {
  readonly stage: 'answering' | 'timing';
  readonly done: number;
  /** Where it is known: a timing ends when it has run for some seconds. */
  readonly total: number | undefined;
}

const OPTIONS = [
  ...['ort', 'before', 'after', 'classes', 'metric', 'executionProviders', 'signal', 'onProgress'],
  ...SAMPLE_OPTIONS,
];

/**
 * Compares two models of the same inputs and outputs on the same samples: bytes, milliseconds, and how much the second
 * one answers as the first one does. No labels are needed. Both run on one thread (of onnxruntime-web that is
 * `ort.env.wasm.numThreads`, which is the caller's), in turn, so that a busy machine slows both alike.
 *
 * Agreement is measured by what an output is: the share of equal classes for distributions, Dice overlap for
 * probabilities, explained variance for other floats, equality for everything else.
 *
 * @throws TypeError | RangeError when an option is unknown or wrong, or a sample does not fit the model
 * @throws PruneError `unsupported` when the runtime cannot load a model; `device-failed` when it cannot run it;
 *   `answer-mismatch` when the two models have other inputs or outputs than each other; `bad-model`
 *
 * @example
 * ```ts
 * import { pruneOnnx } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { compareOnnx } from '@synaprune/onnxruntime';
 * import * as ort from 'onnxruntime-web';
 *
 * const before = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: { w: { shape: [8, 8], data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)) } },
 *   nodes: [['MatMul', ['x', 'w'], ['y']]],
 *   outputs: ['y'],
 * });
 * const { model: after } = await pruneOnnx(before, { sparsity: 0.25 });
 * const { agreement, notices } = await compareOnnx({ ort, before, after });
 * console.log(agreement > 0.9, notices.map(({ code }) => code)); // true [ 'noise-inputs' ]
 * ```
 */
export async function compareOnnx(options: CompareOptions): Promise<Comparison> {
  const caller = 'compareOnnx';
  requireOptions(caller, '', options, OPTIONS);
  requireWatched(caller, options);
  const { before, after, classes, metric, signal, onProgress = () => {}, ...rest } = options;
  const ort = requireRuntime(options.ort, caller);
  requireBytes(caller, 'before', before);
  requireBytes(caller, 'after', after);
  const agreement = createAgreement({ classes, metric, shapes: 'disagree' });
  const { samples, notices } = await openSamples(ort, caller, before, rest);
  const declared = modelInputs(before);
  requireSameInputs(declared, modelInputs(after));
  signal?.throwIfAborted();
  const both = await openBoth(ort, { before, after }, rest.executionProviders);
  try {
    for (const [done, feeds] of samples.entries()) {
      signal?.throwIfAborted();
      const dense = await run(both.before, 'the model before', feeds);
      const other = await run(both.after, 'the model after', feeds);
      agreement.add(answersOf(dense), answersOf(other), batchOf(feeds, declared));
      onProgress({ stage: 'answering', done: done + 1, total: samples.length });
    }
    const times = await timeInTurn((which, feeds: Feeds) => timeOne(both[which], feeds), samples, {
      ...{ most: 300, fewest: 5, budget: 3_000 },
      signal,
      onRound: (done) => onProgress({ stage: 'timing', done, total: undefined }),
    });
    const { total, samples: sameSamples, count, outputs, notices: told } = agreement.finish();
    return {
      before: { bytes: before.length, milliseconds: times.before },
      after: { bytes: after.length, milliseconds: times.after },
      speedup: times.speedup,
      agreement: total,
      sameSamples,
      samples: count,
      outputs,
      notices: [...notices, ...told],
    };
  } finally {
    await both.before.release();
    await both.after.release();
  }
}

function requireSameInputs(before: readonly ModelInput[], after: readonly ModelInput[]): void {
  const unlike = unlikeInputs(before, after);
  if (unlike === undefined) return;
  throw new PruneError(
    'answer-mismatch',
    `compareOnnx needs two models of the same inputs: the one before takes ${unlike.one}, the one after ${unlike.other}`,
  );
}

async function timeOne(session: InferenceSession, feeds: Feeds): Promise<number> {
  const start = performance.now();
  // Answers come to main memory, so that a GPU has finished too.
  await run(session, 'the model', feeds);
  return performance.now() - start;
}

function requireBytes(caller: string, field: string, value: unknown): void {
  if (value instanceof Uint8Array) return;
  throw new TypeError(`${caller} needs ${field} to be the bytes of a model, a Uint8Array`);
}

/** Samples of one run: the length of the first axis where the model leaves that open in all of its inputs, else 1. */
function batchOf(feeds: Feeds, declared: readonly ModelInput[]): number {
  const lengths = declared.map(({ name, dims }) => (dims?.[0] === null ? feeds[name]?.dims[0] : undefined));
  const batch = lengths[0] ?? 1;
  return batch > 0 && lengths.every((length) => length === batch) ? batch : 1;
}

/** The sessions that are compared. */
interface Both {
  readonly before: InferenceSession;
  readonly after: InferenceSession;
}

async function openBoth(
  ort: OnnxRuntime,
  { before, after }: { readonly before: Uint8Array; readonly after: Uint8Array },
  executionProviders: ExecutionProviders = defaultProviders(ort),
): Promise<Both> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Errors only: what a runtime has to say of a model belongs to no report.
    logSeverityLevel: 4,
  };
  const first = await loadSession(ort, 'the model before', before, settings);
  try {
    return { before: first, after: await loadSession(ort, 'the model after', after, settings) };
  } catch (error) {
    await first.release();
    throw error;
  }
}
