import { pruneOnnx } from '@synaprune/onnx';
import { pruneTfjs } from '@synaprune/tfjs-files';
import { Command } from 'commander';
import type { OneShotRecipe } from '../inputs/recipe-file.js';
import { type InputOptions, withInputs } from './input-options.js';
import { madeByPruning } from './made.js';
import { share } from './option-values.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';
import { type WriteOptions, withJson, withOutput, withReport } from './shared-options.js';
import { UsageError } from './usage-error.js';

type PruneFlags = InputOptions &
  WriteOptions & { readonly sparsity?: number; readonly distribution?: 'global' | 'uniform' };

/** `synaprune prune`: zeros by magnitude, in place. */
export function pruneCommand(): Command {
  return withJson(
    withReport(
      withInputs(
        withOutput(
          new Command('prune')
            .description(
              'Sets the smallest weights to zero and changes nothing else: the file compresses better, and is as fast.',
            )
            .argument('<model>', 'an .onnx file, or a model.json of TensorFlow.js')
            .option(
              '--sparsity <share>',
              'of the kernels that becomes zero, in [0, 1]; the recipe’s unless told',
              share,
            )
            .option(
              '--distribution <name>',
              'global ranks all kernels together, uniform each on its own (global)',
            ),
        ),
      ),
    ),
  ).action((path: string, flags: PruneFlags) =>
    settle(flags, [path], (progress) => rework('prune', path, flags, progress, (task) => prune(task, flags))),
  );
}

async function prune({ model, recipe }: Task, flags: PruneFlags): Promise<Reworked> {
  const sparsity = flags.sparsity ?? recipe?.sparsity;
  if (sparsity === undefined) throw new UsageError('prune needs --sparsity, or a --recipe that has one');
  const options = {
    ...pruningOf(recipe),
    ...(flags.distribution === undefined ? {} : { distribution: flags.distribution }),
    sparsity,
  };
  if (model.format === 'onnx') {
    const { model: made, report } = await pruneOnnx(model.bytes, options);
    return { model: made, ...madeByPruning(report) };
  }
  const { artifacts, report } = await pruneTfjs(model.artifacts, options);
  return { model: artifacts, ...madeByPruning(report) };
}

/** What a recipe says that pruning once takes. */
export function pruningOf(recipe: OneShotRecipe | undefined): Omit<OneShotRecipe, 'sparsity' | 'notices'> {
  if (recipe === undefined) return {};
  const { sparsity: _, notices: __, ...rest } = recipe;
  return rest;
}
