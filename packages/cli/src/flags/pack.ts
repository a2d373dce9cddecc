import { Command, Option } from 'commander';
import { type SharedOptions, withJson, withTarget } from './shared-options.js';

/** What `pack` is told. */
export interface PackFlags extends SharedOptions {
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly values: 'exact' | 'float16' | 'int8' | 'clustered';
}

/** `synaprune pack`: a file that holds only what pruning left. */
export function packCommand(): Command {
  return withJson(
    withTarget(new Command('pack'))
      .description(
        'A file that holds only what pruning left of a model, for unpack, and for pages that load it as it arrives.',
      )
      .argument('<model>', 'an .onnx file, or a model.json of TensorFlow.js')
      .option('--out <file.synp>', 'where the packed file is written to')
      .option('--dry-run', 'do everything but writing the file')
      .addOption(
        new Option(
          '--values <form>',
          'exact: read back byte for byte; the others round, and the largest errors are told. clustered: to 16 to 256 values a tensor, one for each 32 that are not zero, which errs more than int8',
        )
          .choices(['exact', 'float16', 'int8', 'clustered'])
          .default('exact'),
      ),
  );
}
