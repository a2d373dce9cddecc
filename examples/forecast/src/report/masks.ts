import { percent } from '@synaprune/examples-kit/format';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import type { KernelState } from '../runtime/runtime.js';

const GATES = ['input', 'forget', 'cell', 'output'];

/** Above this a picture would be larger than it is worth. */
const MOST_ELEMENTS = 60_000;

/**
 * The masks as they are: a cell for each weight, filled where it is kept.
 *
 * @param features names of the rows of the LSTM's input kernel
 */
export function maskPictures(kernels: readonly KernelState[], features: readonly string[]): string {
  return kernels.map((kernel) => maskPicture(kernel, features)).join('');
}

function maskPicture(kernel: KernelState, features: readonly string[]): string {
  const { name, shape } = kernel;
  if (kernel.kept.length > MOST_ELEMENTS) {
    return `<p>${escapeHtml(name)} has ${kernel.kept.length.toLocaleString('en-US')} weights, too many to draw.</p>`;
  }
  // A single column is drawn lying down.
  const lying = shape[1] === 1;
  const [rows, columns] = lying ? [1, shape[0]] : shape;
  const gated = !lying && columns % 4 === 0 && name.startsWith('lstm');
  const labelled = name === 'lstm/kernel' && rows === features.length;
  const share = (from: number, to: number, row?: number) => keptShare(kernel.kept, columns, from, to, row);
  const summary = gated
    ? GATES.map((gate, i) => `${gate} ${percent(share((columns / 4) * i, (columns / 4) * (i + 1)), 0)}`).join(
        ', ',
      )
    : percent(share(0, columns), 0);
  const rowHeight = labelled ? 17 : rows === 1 ? 22 : Math.max(4, Math.min(8, Math.round(260 / rows)));
  const gates = gated
    ? `<div class="gates" aria-hidden="true">${GATES.map((gate, i) => `<span>${gate}<b>${percent(share((columns / 4) * i, (columns / 4) * (i + 1)), 0)}</b></span>`).join('')}</div>`
    : '';
  const labels = labelled
    ? `<div class="rows" aria-hidden="true">${features.map((feature, row) => `<span><i>${escapeHtml(feature)}</i> <b>${percent(share(0, columns, row), 0)}</b></span>`).join('')}</div>`
    : '';
  const dividers = gated
    ? [1, 2, 3].map((i) => `<path class="divider" d="M${(columns / 4) * i} 0V${rows}"/>`).join('')
    : '';
  const what = labelled
    ? 'rows: inputs, columns: gates'
    : lying
      ? 'columns: units of the last state'
      : 'rows: units of the state before, columns: gates';
  return (
    `<figure class="mask${labelled ? ' labelled' : ''}"><h3>${escapeHtml(name)} <small>${shape.join(' × ')}, ${what}</small></h3>` +
    `<div class="grid">${labels}<div>${gates}` +
    `<svg role="img" aria-label="Kept weights of ${escapeHtml(name)}: ${summary}" viewBox="0 0 ${columns} ${rows}" ` +
    `preserveAspectRatio="none" style="height:${rowHeight * rows}px" shape-rendering="crispEdges">` +
    `<rect class="dropped" width="${columns}" height="${rows}"/><path class="kept" d="${runs(kernel.kept, rows, columns)}"/>` +
    `${dividers}</svg></div></div></figure>`
  );
}

/** One rectangle for each run of kept cells in a row. */
function runs(kept: Uint8Array, rows: number, columns: number): string {
  const parts: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (kept[row * columns + column] === 0) continue;
      const start = column;
      while (column < columns && kept[row * columns + column] === 1) column += 1;
      parts.push(`M${start} ${row}h${column - start}v1h${start - column}z`);
    }
  }
  return parts.join('');
}

function keptShare(kept: Uint8Array, columns: number, from: number, to: number, row?: number): number {
  let [live, all] = [0, 0];
  for (const [i, bit] of kept.entries()) {
    const column = i % columns;
    if (column < from || column >= to || (row !== undefined && Math.floor(i / columns) !== row)) continue;
    live += bit;
    all += 1;
  }
  return live / all;
}
