import { Command, InvalidArgumentError, Option } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { listOf, number } from './option-values.js';
import { type SharedOptions, withJson } from './shared-options.js';

/** What `scan` is told. */
export interface ScanFlags extends InputOptions, SharedOptions {
  readonly unit: 'weight' | 'channel';
  readonly levels?: readonly number[];
  readonly out?: string;
}

/** `synaprune scan`: how much each layer bears. */
export function scanCommand(): Command {
  const command = new Command('scan')
    .description(
      'How much each layer bears: pruned alone, at several levels, against the answers of the whole model.',
    )
    .argument('<model>', 'an .onnx file')
    .addOption(
      new Option('--unit <unit>', 'what is removed of a layer')
        .choices(['weight', 'channel'])
        .default('weight'),
    )
    .option('--levels <shares>', 'the sparsities that are tried (0.3,0.5,0.7,0.9)', levelsOf)
    .option('--out <file.json>', 'for --scan of shrink');
  return withJson(withInputs(command));
}

function levelsOf(text: string): number[] {
  const levels = listOf(text).map(number);
  if (levels.every((level) => level > 0 && level < 1)) return levels;
  throw new InvalidArgumentError('Needed shares above 0 and below 1: 0.3,0.5,0.7.');
}
