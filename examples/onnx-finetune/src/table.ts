import Table from 'cli-table3';
import pc from 'picocolors';
import { megabytes, percent } from './format.js';
import type { Results } from './results.js';

/** The table of the terminal: for each sparsity both arms, below the dense model. */
export function renderTable({ versions }: Results): string {
  const head = ['sparsity', 'arm', 'as dense', 'edits', 'error rate', 'gzip -9', 'brotli', 'seconds'];
  const table = new Table({
    head,
    colAligns: ['right', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
    // The table knows nothing of NO_COLOR and pipes.
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  for (const { arm, sparsity, scores, sizes, seconds } of versions) {
    table.push([
      percent(sparsity),
      arm === 'trained' ? pc.bold(arm) : arm,
      percent(scores.sameLines),
      percent(scores.editsFromDense),
      percent(scores.characterErrorRate),
      megabytes(sizes.gzipBytes),
      megabytes(sizes.brotliBytes),
      arm === 'dense' ? pc.dim('–') : seconds.toFixed(1),
    ]);
  }
  return table.toString();
}

/** The lines below the table: what the numbers are, and where everything comes from. */
export function tableFooter({ model, inputs, settings }: Results): string[] {
  return [
    `${settings.lines.heldOut} lines (${inputs.characters.toLocaleString('en-US')} characters) in fonts and from chapters ` +
      'not trained on. As dense: lines read exactly as the dense model reads them. Edits: letters to change to get ' +
      'from what was read to what the dense model read, in per cent of its letters. Error rate: the same against the true text. Seconds of a trained model include the stages before it.',
    `Model: ${model.provenance}; ${model.licence}. Lines: ${inputs.provenance}; ${inputs.licence}.`,
  ];
}
