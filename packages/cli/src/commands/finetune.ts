import { findWeights } from '@synaprune/onnx';
import { type BatchTensors, createTrainer, distil, distillationOptions } from '@synaprune/onnxruntime';
import { holdBack } from '@synaprune/refit';
import { Command } from 'commander';
import type { Removed } from '../findings/findings.js';
import { openModel, requireOnnx } from '../models/open-model.js';
import { requireTarget } from '../output/write-whole.js';
import { type InputOptions, withInputs } from './input-options.js';
import { integer, number, share } from './option-values.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';
import { type WriteOptions, withJson, withOutput, withReport } from './shared-options.js';
import { UsageError } from './usage-error.js';

interface TrainFlags {
  readonly teacher?: string;
  readonly sparsity?: number;
  readonly steps?: number;
  readonly seconds?: number;
  readonly learningRate?: number;
  readonly batch?: number;
}

type FinetuneFlags = InputOptions & WriteOptions & TrainFlags;

/** `synaprune finetune`: trained on to answer as the dense model does, without labels. */
export function finetuneCommand(): Command {
  const command = new Command('finetune')
    .description(
      'Trains a model on to answer as the dense one does, without labels; prunes it on the way if asked to.',
    )
    .argument('<model>', 'an .onnx file: smaller, pruned, or dense with --sparsity')
    .option('--teacher <file>', 'the dense model, whose answers are learned; the model itself unless told')
    .option(
      '--sparsity <share>',
      'of the kernels that is zero in the end, in [0, 1]; zeros stay zero either way',
      share,
    )
    .option('--steps <count>', 'steps at most (200)', integer(1))
    .option('--seconds <count>', 'seconds at most', number)
    .option('--learning-rate <rate>', 'the highest learning rate (0.0005)', number)
    .option('--batch <count>', 'samples of a step, where the model takes several (8)', integer(1));
  return withJson(withReport(withInputs(withOutput(command)))).action((path: string, flags: FinetuneFlags) =>
    settle(flags, [path, ...(flags.teacher === undefined ? [] : [flags.teacher])], (progress) => {
      requireSense(flags);
      return rework('finetune', path, flags, progress, (task) => finetune(task, flags));
    }),
  );
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
      more: { training: { steps, sparsity, checks, best, stoppedEarly } },
    };
  } finally {
    await trainer.dispose();
  }
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
