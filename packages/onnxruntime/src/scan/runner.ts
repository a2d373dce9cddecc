import { PruneError } from '@synaprune/core';
import { replaceWeights } from '@synaprune/onnx';
import type { Answers } from '@synaprune/refit';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { answersOf } from '../compare/answers-of.js';
import type { Feeds } from '../inputs/given-samples.js';
import { run } from '../runtime/run.js';
import { defaultProviders, loadSession } from '../runtime/runtime.js';
import { forwardModel } from '../sessions/forward-model.js';
import type { CheckedScan } from './options.js';
import type { Change, TrialPlan } from './trial.js';

/** Runs a model under changes. */
export interface Runner {
  /** The answers of the dense model, or of the model under a change, sample after sample. */
  answers(change?: Change): AsyncIterable<Answers>;
  release(): Promise<void>;
}

/**
 * One session in which everything that trials change is an input, so that a change costs no session of its own. Where
 * the runtime wants such tensors in the model, a session for each change.
 */
export async function openRunner(
  model: Uint8Array,
  { tensors }: Pick<TrialPlan, 'tensors'>,
  samples: readonly Feeds[],
  { ort, executionProviders, threads }: CheckedScan,
): Promise<Runner> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: executionProviders ?? defaultProviders(ort),
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  };
  const tensorOf = (name: string, values: Float32Array): Tensor =>
    new ort.Tensor('float32', values, [...tensors.get(name)!.shape]);
  const dense = Object.fromEntries([...tensors].map(([name, { values }]) => [name, tensorOf(name, values)]));
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const session = await loadSession(
    ort,
    'the model with its weights fed',
    forwardModel(model, shapes),
    settings,
  ).catch((error: unknown) => {
    if (error instanceof PruneError && error.code === 'unsupported') return undefined;
    throw error;
  });

  async function* answersIn(
    running: InferenceSession,
    fed: Readonly<Record<string, Tensor>>,
  ): AsyncIterable<Answers> {
    for (const feeds of samples) {
      const wanted = Object.fromEntries(running.inputNames.map((name) => [name, feeds[name] ?? fed[name]!]));
      yield answersOf(await run(running, 'the model', wanted));
    }
  }

  return {
    async *answers(change) {
      if (session !== undefined && (change === undefined || 'values' in change)) {
        const changed = [...(change?.values ?? [])].map(([name, values]) => [name, tensorOf(name, values)]);
        yield* answersIn(session, { ...dense, ...Object.fromEntries(changed) });
        return;
      }
      const own = await loadSession(ort, 'the pruned model', changedModel(model, change), settings);
      try {
        yield* answersIn(own, {});
      } finally {
        await own.release();
      }
    },
    release: async () => session?.release(),
  };
}

function changedModel(model: Uint8Array, change: Change | undefined): Uint8Array {
  if (change === undefined) return model;
  return 'model' in change ? change.model : replaceWeights(model, change.values);
}
