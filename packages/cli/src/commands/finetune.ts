import { findWeights } from '@synaprune/onnx';
import {
  type BatchTensors,
  createTrainer,
  type DistilResult,
  distil,
  distillationOptions,
} from '@synaprune/onnxruntime';
import { holdBack } from '@synaprune/refit';
import type { Removed, Trained } from '../findings/findings.js';
import type { FinetuneFlags } from '../flags/finetune.js';
import { UsageError } from '../flags/usage-error.js';
import { openModel, requireOnnx } from '../models/open-model.js';
import { requireTarget } from '../output/write-whole.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';

/** Runs `synaprune finetune`. */
export async function runFinetune(path: string, flags: FinetuneFlags): Promise<void> {
  await settle(flags, [path, ...(flags.teacher === undefined ? [] : [flags.teacher])], (progress) => {
    requireSense(flags);
    return rework('finetune', path, flags, progress, (task) => finetune(task, flags));
  });
}

function requireSense({ inputs, teacher, sparsity, recipe }: FinetuneFlags): void {
  if (inputs === undefined)
    throw new UsageError('finetune needs --inputs: nothing can be learned from noise');
  if (recipe !== undefined)
    throw new UsageError('finetune takes --sparsity, and no --recipe: its ramp is its own');
  if (teacher === undefined && sparsity === undefined) {
    throw new UsageError('finetune needs --teacher, the dense model, or --sparsity to prune towards');
  }
}

async function finetune({ model, bench, progress }: Task, flags: FinetuneFlags): Promise<Reworked> {
  requireOnnx('finetune', model);
  const dense = flags.teacher === undefined ? model : await openModel(flags.teacher);
  requireOnnx('finetune', dense);
  if (flags.out !== undefined) await requireTarget('--out', flags.out, dense.sources);
  const samples = bench?.samples ?? [];
  const { used, heldBack, notices } = holdBack(samples, 'learned from');
  const { ort } = bench!.runtime;
  const trainer = await createTrainer({
    ort,
    model: model.bytes,
    // What the graph is tried with; a length of 1, which it would be else, is too short for some models.
    inputs: shapesOf(samples[0] ?? {}),
    ...distillationOptions(model.bytes),
  });
  try {
    const result = await distil({
      trainer,
      teacher: dense.bytes,
      inputs: used,
      heldBack,
      ...told(flags),
      onProgress: ({ progress: part, step, loss }) =>
        progress.tell('training', Math.round(1000 * part), 1000, `step ${step}, loss ${loss.toPrecision(3)}`),
    });
    const made = await trainer.export();
    const { steps, sparsity, checks, best, stoppedEarly } = result;
    return {
      model: made,
      before: dense,
      heldBack,
      removed: zerosOf(made),
      held: [],
      notices: [...notices, ...trainer.notices, ...result.notices],
      trained: { endedBy: whatEnded(result, flags), steps, pruned: flags.sparsity !== undefined },
      more: { training: { steps, sparsity, checks, best, stoppedEarly } },
    };
  } finally {
    await trainer.dispose();
  }
}

/** What ended a run, whose steps and seconds are both upper bounds. */
function whatEnded(
  { stoppedEarly, steps: taken, notices }: DistilResult,
  { steps, seconds }: FinetuneFlags,
): Trained['endedBy'] {
  if (notices.some(({ code }) => code === 'diverged')) return 'setbacks';
  if (stoppedEarly) return 'no gain';
  if (steps !== undefined && taken >= steps) return 'steps';
  return seconds === undefined ? 'usual steps' : 'seconds';
}

function shapesOf(sample: BatchTensors): Record<string, readonly number[]> {
  const shaped = Object.entries(sample).flatMap(([name, tensor]) =>
    'dims' in tensor ? [[name, tensor.dims] as const] : [],
  );
  return Object.fromEntries(shaped);
}

/** Options of `distil` that were told. */
function told({ sparsity, steps, seconds, learningRate, batch, seed, classes }: FinetuneFlags) {
  const options = { sparsity, steps, seconds, learningRate, batch, seed, classes };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function zerosOf(bytes: Uint8Array): Removed[] {
  return findWeights(bytes)
    .filter(({ pruned, zeros }) => pruned && (zeros ?? 0) > 0)
    .map(({ name, elements, zeros }) => ({ name, kind: 'weights', total: elements, removed: zeros ?? 0 }));
}
