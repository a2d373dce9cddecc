import { Command } from 'commander';
import { type SharedOptions, withJson, withNeeded } from './shared-options.js';

/** What `unpack` is told. */
export interface UnpackFlags extends SharedOptions {
  readonly out: string;
}

/** `synaprune unpack`: the model that a packed file holds. */
export function unpackCommand(): Command {
  return withJson(
    withNeeded(
      new Command('unpack')
        .description('The model that pack made a file of: byte for byte, unless values were to be rounded.')
        .argument('<file>', 'a .synp file')
        .option(
          '--out <file>',
          'where the model is written to: .onnx, or .json of TensorFlow.js, whose shards go beside it',
        ),
      'out',
      '--out FILE, where the model is written to',
    ),
  );
}
