import { Command } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { integer, positive, share } from './option-values.js';
import { type WriteOptions, withJson, withOutput, withReport } from './shared-options.js';

interface TrainFlags {
  readonly teacher?: string;
  readonly sparsity?: number;
  readonly steps?: number;
  readonly seconds?: number;
  readonly learningRate?: number;
  readonly batch?: number;
}

/** What `finetune` is told. */
export type FinetuneFlags = InputOptions & WriteOptions & TrainFlags;

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
    .option('--seconds <count>', 'seconds at most', positive)
    .option('--learning-rate <rate>', 'the highest learning rate (0.0005)', positive)
    .option('--batch <count>', 'samples of a step, where the model takes several (8)', integer(1));
  return withJson(withReport(withInputs(withOutput(command))));
}
