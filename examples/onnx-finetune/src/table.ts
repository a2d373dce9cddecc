import { percent } from '@synaprune/examples-kit/format';
import { createTable } from '@synaprune/examples-kit/terminal/table';
import pc from 'picocolors';
import { distanceText, fileSize } from './format.js';
import type { Results } from './results.js';

/** The table of the terminal: for each sparsity both arms, below the dense model. */
export function renderTable({ versions, model }: Results): string {
  const { distance, error } = model.words;
  const head = ['sparsity', 'arm', 'as dense', distance, error, 'gzip -9', 'brotli', 'seconds'];
  const table = createTable(head, (column) => (column === 1 ? 'left' : 'right'));
  for (const { arm, sparsity, scores, sizes, seconds } of versions) {
    table.push([
      percent(sparsity),
      arm === 'trained' ? pc.bold(arm) : arm,
      percent(scores.sameLines),
      distanceText(model.id, scores.distance),
      percent(scores.error),
      fileSize(sizes.gzipBytes),
      fileSize(sizes.brotliBytes),
      arm === 'dense' ? pc.dim('–') : seconds.toFixed(1),
    ]);
  }
  return table.toString();
}

/** The lines below the table: what the numbers are, and where everything comes from. */
export function tableFooter({ model, inputs, settings }: Results): string[] {
  return [
    `${settings.lines.heldOut} lines${inputs.turned ? ', half of them upside down,' : ''} in fonts and from chapters not trained on. ` +
      `As dense: lines answered exactly as the dense model answers them; its commonest answer given to every line would ` +
      `agree on ${percent(inputs.chance)}. ${capital(model.words.distance)}: ${model.words.distanceMeans}. ` +
      `${capital(model.words.error)}: ${model.words.errorMeans}. Seconds of a trained model include the stages before it.`,
    `Model: ${model.provenance}; ${model.licence}. Lines: ${inputs.provenance}; ${inputs.licence}.`,
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
