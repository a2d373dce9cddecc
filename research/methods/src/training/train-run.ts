import { createHash } from 'node:crypto';
import { elementBudget, erk, type NamedMask, type Notice } from '@synaprune/core';
import type { Trainer, TrainerPruning } from '@synaprune/onnxruntime';
import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import type { MethodResult, MethodSpec, Treatment } from '../run.js';
import { taskOf } from '../task.js';
import type { Learner } from './learner.js';
import { startPhases, startPruning } from './pruning.js';
import { findTicket } from './rewinding.js';

/**
 * Trains a model as a spec says and scores it on what was held out, once, at the end.
 *
 * @throws Error when the training diverged, or its masks do not keep what the spec says: nothing that comes of it may be
 *   stored
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
    const weights = weightsOf(learner.trainer, masks);
    requireSparsity(weights, spec);
    const notices: readonly Notice[] = (await pruning?.report())?.notices ?? [];
    return {
      score,
      loss,
      weights: weights.map(({ name, elements, kept }) => ({ name, elements, kept })),
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
    case 'phases':
      return startPhases(learner.trainer, treatment);
    case 'rewind':
      return findTicket(learner, treatment);
  }
}

interface CountedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly kept: number;
}

/** @throws Error unless the masks keep exactly what was asked for: of all weights together, or of each by Erdős–Rényi */
function requireSparsity(weights: readonly CountedWeight[], { sparsity, treatment }: MethodSpec): void {
  if (treatment.kind === 'none' || treatment.kind === 'narrow') return;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const elements = sum(weights.map((weight) => weight.elements));
  const kept = sum(weights.map((weight) => weight.kept));
  const wanted =
    treatment.kind === 'masks' && treatment.distribution === 'erk'
      ? sum(erk(weights, sparsity).map((own, i) => keptAt(own, weights[i]!.elements)))
      : keptAt(sparsity, elements);
  if (kept !== wanted) throw new Error(`of ${elements} weights ${wanted} were to be kept, and ${kept} are`);
}

function keptAt(sparsity: number, elements: number): number {
  return elements - elementBudget(sparsity, elements);
}

function weightsOf({ weights }: Trainer, masks: readonly NamedMask[] | null): CountedWeight[] {
  return weights.map(({ name, weight: { shape } }) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    return { name, shape, elements, kept: masks?.find((mask) => mask.name === name)?.kept ?? elements };
  });
}

/** SHA-256 of the names and bits of masks, in their order. */
function digestOf(masks: readonly NamedMask[]): string {
  const hash = createHash('sha256');
  for (const { name, bits } of masks) hash.update(`${name}\0${bits.length}\0`).update(bits);
  return hash.digest('hex');
}
