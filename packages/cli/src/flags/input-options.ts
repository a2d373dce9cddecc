import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ImageOptions } from '../inputs/image.js';
import type { RuntimeName } from '../runtime/open-runtime.js';
import { integer, listOf, number, pairs } from './option-values.js';

/** What models are run on, as the flags say. */
export interface InputOptions extends ImageOptions {
  readonly inputs?: string;
  readonly samples?: number;
  readonly seed?: number;
  readonly dimensions?: Readonly<Record<string, number>>;
  readonly classes?: readonly string[];
  readonly runtime?: RuntimeName;
}

/** What the flags say of noise. */
export function noiseOptions({
  samples,
  seed,
  dimensions,
}: InputOptions): Pick<InputOptions, 'samples' | 'seed' | 'dimensions'> {
  return {
    ...(samples === undefined ? {} : { samples }),
    ...(seed === undefined ? {} : { seed }),
    ...(dimensions === undefined ? {} : { dimensions }),
  };
}

/** Adds the flags of {@link InputOptions} to a command. */
export function withInputs(command: Command): Command {
  return command
    .option(
      '--inputs <path>',
      'real inputs: a .npy, .npz, .bin (float32) or picture, or a folder of them; noise unless told',
    )
    .option('--samples <count>', 'samples that are used at most (128 of inputs, 8 of noise)', integer(1))
    .option('--seed <number>', 'of the noise', integer(0), 0)
    .option('--dimensions <name=length,…>', 'for noise: lengths of what the model leaves open', pairs)
    .option('--classes <output,…>', 'outputs whose numbers rank classes, such as logits', listOf)
    .addOption(
      new Option('--runtime <name>', 'ONNX Runtime to run on; node where it is installed').choices([
        'node',
        'web',
      ]),
    )
    .option('--scale <number>', 'pictures: a pixel times this (1/255)', fractionOf)
    .option('--mean <numbers>', 'pictures: taken away then, of all channels or of each (0)', numbersOf)
    .option('--std <numbers>', 'pictures: divided by then, of all channels or of each (1)', numbersOf)
    .addOption(
      new Option('--channels <order>', 'pictures: order of the channels (rgb)').choices(['rgb', 'bgr']),
    );
}

/** A number, or one divided by another: `1/255`. */
function fractionOf(text: string): number {
  const [above, below = '1', ...rest] = text.split('/');
  if (rest.length > 0)
    throw new InvalidArgumentError('Needed a number, or one divided by another as in 1/255.');
  return number(above!) / number(below);
}

function numbersOf(text: string): number[] {
  const numbers = listOf(text).map(fractionOf);
  if (numbers.length === 1 || numbers.length === 3 || numbers.length === 4) return numbers;
  throw new InvalidArgumentError('Needed one number, or one for each channel: 0.485,0.456,0.406.');
}
