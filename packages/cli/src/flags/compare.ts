import { Command } from 'commander';
import { type InputOptions, withInputs } from './input-options.js';
import { type SharedOptions, withJson, withReport } from './shared-options.js';

/** What `compare` is told. */
export type CompareFlags = InputOptions & SharedOptions & { readonly report?: string };

/** `synaprune compare`: two models side by side. */
export function compareCommand(): Command {
  return withJson(
    withReport(
      withInputs(
        new Command('compare')
          .description(
            'Two models of the same inputs and outputs: bytes, milliseconds, and how much they agree.',
          )
          .argument('<before>', 'an .onnx file, or a model.json of TensorFlow.js')
          .argument('<after>', 'what became of it'),
      ),
    ),
  );
}
