import { createHash } from 'node:crypto';
import type { NamedMask, Notice } from '@synaprune/core';
import type { Trainer, TrainerPruning } from '@synaprune/onnxruntime';
import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import type { MethodResult, MethodSpec, Treatment } from '../run.js';
import { taskOf } from '../task.js';
import type { Learner } from './learner.js';
import { startPruning } from './pruning.js';
import { findTicket } from './rewinding.js';

/**
 * Trains a model as a spec says and scores it on what was held out, once, at the end.
 *
 * @throws Error when the training diverged: nothing that comes of it may be stored
 */
export async function trainRun(runtime: StudyRuntime, spec: MethodSpec): Promise<MethodResult> {
  const { task, treatment, training, seed } = spec;
  const { createModel, createLearner } = taskOf(task);
  const model = createModel(seed, treatment.kind === 'narrow' ? spec.sparsity : 0);
  const learner = await createLearner(runtime, model, spec);
  try {
    const started = performance.now();
    const pruning = await prepare(learner, treatment, seed);
    await learner.train(training.steps - learner.taken);
    const masks = (await pruning?.pruner.masks()) ?? null;
    const seconds = (performance.now() - started) / 1000;
    const { score, loss } = await learner.score();
    if (!Number.isFinite(loss))
      throw new Error(`the training diverged: a loss of ${loss} on what was held out`);
    const notices: readonly Notice[] = (await pruning?.report())?.notices ?? [];
    return {
      score,
      loss,
      weights: weightsOf(learner.trainer, masks),
      masks: masks === null ? null : digestOf(masks),
      steps: learner.taken,
      seconds,
      notices: notices.map(({ code, message, weights }) => ({
        code,
        message,
        ...(weights === undefined ? {} : { weights }),
      })),
    };
  } finally {
    await learner.dispose();
  }
}

async function prepare(
  learner: Learner,
  treatment: Treatment,
  seed: number,
): Promise<TrainerPruning | undefined> {
  switch (treatment.kind) {
    case 'none':
    case 'narrow':
      return undefined;
    case 'masks': {
      const pruning = await startPruning(learner.trainer, treatment, seed);
      await learner.train(treatment.looks, 0);
      return pruning;
    }
    case 'rewind':
      return findTicket(learner, treatment);
  }
}

function weightsOf({ weights }: Trainer, masks: readonly NamedMask[] | null): MethodResult['weights'] {
  return weights.map(({ name, weight: { shape } }) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    return { name, elements, kept: masks?.find((mask) => mask.name === name)?.kept ?? elements };
  });
}

/** SHA-256 of the names and bits of masks, in their order. */
function digestOf(masks: readonly NamedMask[]): string {
  const hash = createHash('sha256');
  for (const { name, bits } of masks) hash.update(`${name}\0${bits.length}\0`).update(bits);
  return hash.digest('hex');
}
