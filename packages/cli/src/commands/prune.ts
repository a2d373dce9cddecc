import { pruneOnnx } from '@synaprune/onnx';
import { pruneTfjs } from '@synaprune/tfjs-files';
import { Command } from 'commander';
import { isTflite } from '../models/open-model.js';
import { withInputs } from './input-options.js';
import { madeByPruning } from './made.js';
import { share } from './option-values.js';
import { pruneTfliteFile } from './prune-tflite.js';
import { type PruneFlags, pruningOf, sparsityOf } from './pruning-told.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';
import { withJson, withOutput, withReport } from './shared-options.js';
import { UsageError } from './usage-error.js';

/** `synaprune prune`: zeros by magnitude, in place. */
export function pruneCommand(): Command {
  return withJson(
    withReport(
      withInputs(
        withOutput(
          new Command('prune')
            .description(
              'Sets the smallest weights to zero and changes nothing else: the file compresses better, and is as fast. ' +
                'With --sparse a .tflite is shorter, and LiteRT runs what look says it could run sparse.',
            )
            .argument('<model>', 'an .onnx or .tflite file, or a model.json of TensorFlow.js')
            .option(
              '--sparsity <share>',
              'of the kernels that becomes zero, in [0, 1]; the recipe’s unless told',
              share,
            )
            .option(
              '--distribution <name>',
              'global ranks all kernels together, uniform each on its own; erk and lamp leave small ones denser (global)',
            )
            .option('--sparse', 'store filters sparse, and prune no others: for .tflite files'),
        ),
      ),
    ),
  ).action((path: string, flags: PruneFlags) =>
    settle(flags, [path], (progress) => {
      if (isTflite(path)) return pruneTfliteFile(path, flags, progress);
      if (flags.sparse === true) throw new UsageError('--sparse is for .tflite files');
      return rework('prune', path, flags, progress, (task) => prune(task, flags));
    }),
  );
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
