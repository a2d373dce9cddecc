import { Command, Option } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { integer, keptShare } from './option-values.js';
import { type WriteOptions, withJson, withNeeded, withOutput, withReport } from './shared-options.js';

/** What `shrink` is told. */
export interface ShrinkFlags extends InputOptions, WriteOptions {
  readonly keep: number;
  readonly unit: 'channel' | 'weight';
  readonly refit: boolean;
  readonly scan?: string;
  readonly across?: 'normalisation';
  readonly multipleOf?: number;
  readonly quantize?: 'int8';
}

/** `synaprune shrink`: a smaller model that answers nearly as before. */
export function shrinkCommand(): Command {
  const command = new Command('shrink')
    .description(
      'A smaller model that answers nearly as before: channels are removed for real, or single weights become zero. What stays is refitted to what the model gave before.',
    )
    .argument('<model>', 'an .onnx file, or a model.json of TensorFlow.js')
    .option('--keep <share>', 'of the channels, or of the weights, that stays: above 0, at most 1', keptShare)
    .addOption(
      new Option(
        '--unit <unit>',
        'channel: smaller tensors, faster runs; weight: zeros, smaller when compressed',
      )
        .choices(['channel', 'weight'])
        .default('channel'),
    )
    .option('--scan <file.json>', 'what scan wrote: layers that bear less keep more')
    .addOption(
      new Option('--across <what>', 'channels: also those that are compared with each other').choices([
        'normalisation',
      ]),
    )
    .option('--multiple-of <count>', 'channels: stay in whole multiples, which suit kernels (1)', integer(1))
    .addOption(
      new Option(
        '--quantize <type>',
        'keep weights in 8 bits as well: nearly a quarter of the bytes where weights dominate; with --keep 1 nothing else',
      ).choices(['int8']),
    )
    .option('--no-refit', 'leave what stays as it is');
  const needing = withNeeded(
    command,
    'keep',
    '--keep SHARE: how much of the channels, or of the weights, stays',
  );
  return withJson(withReport(withInputs(withOutput(needing))));
}
