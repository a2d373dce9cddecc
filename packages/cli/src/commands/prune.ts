import { pruneOnnx } from '@synaprune/onnx';
import { pruneTfjs } from '@synaprune/tfjs-files';
import type { PruneFlags } from '../flags/prune.js';
import { UsageError } from '../flags/usage-error.js';
import { isTflite } from '../models/open-model.js';
import { madeByPruning } from './made.js';
import { pruneTfliteFile } from './prune-tflite.js';
import { pruningOf, sparsityOf } from './pruning-told.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';

/** Runs `synaprune prune`. */
export async function runPrune(path: string, flags: PruneFlags): Promise<void> {
  await settle(flags, [path], (progress) => {
    if (isTflite(path)) return pruneTfliteFile(path, flags, progress);
    if (flags.sparse === true) throw new UsageError('--sparse is for .tflite files');
    return rework('prune', path, flags, progress, (task) => prune(task, flags));
  });
}

async function prune({ model, recipe }: Task, flags: PruneFlags): Promise<Reworked> {
  const options = {
    ...pruningOf(recipe),
    ...(flags.distribution === undefined ? {} : { distribution: flags.distribution }),
    sparsity: sparsityOf(flags, recipe),
  };
  if (model.format === 'onnx') {
    const { model: made, report } = await pruneOnnx(model.bytes, options);
    return { model: made, ...madeByPruning(report) };
  }
  const { artifacts, report } = await pruneTfjs(model.artifacts, options);
  return { model: artifacts, ...madeByPruning(report) };
}
