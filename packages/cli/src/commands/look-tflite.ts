import { lintTflite, type TfliteLayer } from '@synaprune/tflite';
import pc from 'picocolors';
import { compressedSizes } from '../models/compressed-sizes.js';
import { openTflite, tfliteWeightsOf } from '../models/open-tflite.js';
import { isStoredSparse, zerosOf } from '../models/weights-of.js';
import { countText, percentText, sizesText } from '../output/format.js';
import { tableText } from '../output/table.js';
import { columnsOf } from '../output/terminal.js';
import type { Outcome } from './outcome.js';
import { weightTable } from './weight-table.js';

/** Looks into a `.tflite` file: its weights, and how LiteRT runs its layers on a CPU. */
export async function lookIntoTflite(path: string): Promise<Outcome> {
  const bytes = await openTflite(path);
  const weights = tfliteWeightsOf(bytes);
  const { layers, wrong } = lintTflite(bytes);
  const size = await compressedSizes([bytes]);
  const elements = weights.reduce((sum, weight) => sum + weight.elements, 0);
  const { prunable, zeros } = zerosOf(weights);
  const notices = wrong === undefined ? [] : [{ code: 'runs-wrong', message: wrong }];
  const facts = [
    `${pc.bold(path)}: ${sizesText(size)}`,
    `${countText(elements)} numbers in ${countText(weights.length)} tensors; ${countText(prunable)} in the ` +
      `kernels that can be pruned${weights.some(isStoredSparse) ? ' or are stored sparse' : ''}, ${percentText(prunable === 0 ? 0 : zeros / prunable)} of them zero`,
  ];
  const text = [facts.join('\n'), weightTable(weights), layerTable(layers)];
  return {
    json: { model: path, format: 'tflite', size, elements, prunable, zeros, weights, layers, notices },
    text: `\n${text.filter((part) => part !== '').join('\n\n')}\n`,
    notices,
  };
}

function layerTable(layers: readonly TfliteLayer[]): string {
  if (layers.length === 0) return '';
  const rows = layers.map(({ weight, op, elements, zeros, runs, could, reason }) => [
    weight,
    op,
    percentText(elements === 0 ? 0 : zeros / elements),
    runs,
    could,
    reason,
  ]);
  return tableText(['kernel', 'layer', 'zeros', 'runs', 'could run', 'because'], rows, {
    left: [0, 1, 3, 4, 5],
    columns: columnsOf(process.stdout),
  });
}
