import { legible } from '@synaprune/core/checks';
import type { FoundKernels } from './kernels.js';

/**
 * What {@link findKernels} decided, as text for people: a line for each weight (name, shape, `prune` or
 * `leave`, why), and a headline with the totals.
 *
 * @example
 * ```ts
 * import { describeKernels, findKernels } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ name: 'out', units: 2, inputShape: [3] })] });
 * console.log(describeKernels(findKernels(model)).split('\n')[0]); // pruning 1 of 2 weights, 6 of 8 elements
 * ```
 */
export function describeKernels({ choices, kernels }: FoundKernels): string {
  const elements = (shape: readonly number[]) => shape.reduce((product, edge) => product * edge, 1);
  const count = (list: readonly { readonly shape: readonly number[] }[]) =>
    list.reduce((sum, { shape }) => sum + elements(shape), 0);
  const pruned = choices.filter((choice) => choice.pruned);
  const rows = choices.map(({ name, shape, reason, ...choice }) => [
    // Names come out of files, and the text goes to terminals.
    legible(name, 200),
    `[${shape.join(', ')}]`,
    choice.pruned ? 'prune' : 'leave',
    legible(reason, 200),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return [
    `pruning ${kernels.length} of ${choices.length} weights, ${count(pruned)} of ${count(choices)} elements`,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`),
  ].join('\n');
}
