import type { NamedDistribution } from '@synaprune/core';
import { Command } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { share } from './option-values.js';
import { type WriteOptions, withJson, withOutput, withReport } from './shared-options.js';

/** What `prune` is told. */
export type PruneFlags = InputOptions &
  WriteOptions & {
    readonly sparsity?: number;
    readonly distribution?: NamedDistribution;
    readonly sparse?: boolean;
  };

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
  );
}
