import pc from 'picocolors';
import type { LookedAt } from '../models/weights-of.js';
import { countText, percentText, shapeText } from '../output/format.js';
import { tableText } from '../output/table.js';
import { columnsOf } from '../output/terminal.js';

/** Fewest numbers of a tensor that is listed though it is not of the usual choice. */
const WORTH_A_ROW = 256;

/** The weights of a model: those that can be pruned, and what is large. */
export function weightTable(weights: readonly LookedAt[]): string {
  const listed = weights.filter(({ pruned, elements }) => pruned || elements >= WORTH_A_ROW);
  const rows = listed.map(({ name, role, shape, dataType, elements, zeros, pruned, reason }) => [
    name,
    role,
    shapeText(shape),
    dataType,
    countText(elements),
    zeros === null ? '?' : percentText(elements === 0 ? 0 : zeros / elements),
    pruned ? 'can be pruned' : reason,
  ]);
  const small = weights.length - listed.length;
  const rest =
    small === 0 ? '' : `\n… and ${countText(small)} small ones that are left alone; --json lists all`;
  const head = ['weight', 'role', 'shape', 'type', 'numbers', 'zeros', 'is'];
  return tableText(head, rows, { left: [0, 1, 2, 3, 6], columns: columnsOf(process.stdout) }) + pc.dim(rest);
}
