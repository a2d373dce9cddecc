import { Command } from 'commander';
import { withJson } from './shared-options.js';

/** `synaprune look`: what is in a model and what could go. */
export function lookCommand(): Command {
  return withJson(
    new Command('look')
      .description(
        'What is in a model: weights, their roles and sizes, the channels that can be removed, what holds the rest. Of a ' +
          '.tflite: layer by layer, what LiteRT runs sparse, what it could, and what holds the rest.',
      )
      .argument('<model>', 'an .onnx or .tflite file, or a model.json of TensorFlow.js'),
  );
}
