import { pruneOnnx } from '@synaprune/onnx';
import { shrinkOnnx } from '@synaprune/onnx-shrink';
import { pruneTfjs, shrinkTfjs } from '@synaprune/tfjs-files';
import { Command, Option } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { madeByPruning, madeByShrinking } from './made.js';
import { keptShare } from './option-values.js';
import { pruningOf } from './prune.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';
import { type WriteOptions, withJson, withOutput, withReport } from './shared-options.js';

type ShrinkFlags = InputOptions &
  WriteOptions & { readonly keep: number; readonly unit: 'channel' | 'weight' };

/** `synaprune shrink`: a smaller model that answers nearly as before. */
export function shrinkCommand(): Command {
  return withJson(
    withReport(
      withInputs(
        withOutput(
          new Command('shrink')
            .description(
              'A smaller model that answers nearly as before: channels are removed for real, or single weights become zero.',
            )
            .argument('<model>', 'an .onnx file, or a model.json of TensorFlow.js')
            .requiredOption(
              '--keep <share>',
              'of the channels, or of the weights, that stays: above 0, at most 1',
              keptShare,
            )
            .addOption(
              new Option(
                '--unit <unit>',
                'channel: smaller tensors, faster runs; weight: zeros, smaller when compressed',
              )
                .choices(['channel', 'weight'])
                .default('channel'),
            ),
        ),
      ),
    ),
  ).action((path: string, flags: ShrinkFlags) =>
    settle(flags, [path], (progress) =>
      rework('shrink', path, flags, progress, (task) => shrink(task, flags)),
    ),
  );
}

async function shrink({ model, recipe }: Task, { keep, unit }: ShrinkFlags): Promise<Reworked> {
  const select = recipe?.select === undefined ? {} : { select: recipe.select };
  if (model.format === 'tfjs') {
    if (unit === 'channel') {
      const { artifacts, report } = shrinkTfjs(model.artifacts, { keep, ...select });
      return { model: artifacts, ...madeByShrinking(report) };
    }
    const { artifacts, report } = await pruneTfjs(model.artifacts, {
      ...pruningOf(recipe),
      sparsity: 1 - keep,
    });
    return { model: artifacts, ...madeByPruning(report) };
  }
  if (unit === 'channel') {
    const { model: made, report } = shrinkOnnx(model.bytes, { keep, ...select });
    return { model: made, ...madeByShrinking(report) };
  }
  const { model: made, report } = await pruneOnnx(model.bytes, { ...pruningOf(recipe), sparsity: 1 - keep });
  return { model: made, ...madeByPruning(report) };
}
