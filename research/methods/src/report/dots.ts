import { COLOUR } from '@synaprune/examples-kit/report/chart';
import { diagram, textWidth } from 'synaprune-study/report/diagram';
import { ARMS } from '../arms/arms.js';
import { taskOf } from '../task.js';
import type { Cell, Level, TaskAnalysis } from './analysis.js';
import { scoreText, zerosText } from './words.js';

const ROW = 24;
const TOP = 34;

/** Mean and interval of every method at one sparsity, the best on top, with the dense model's as a line. */
export function dotsOf({ task, dense }: Pick<TaskAnalysis, 'task' | 'dense'>, level: Level): string {
  if (level.cells.length === 0) return '';
  const { higherIsBetter, measure } = taskOf(task);
  const sign = higherIsBetter ? -1 : 1;
  const cells = level.cells.toSorted((a, b) => sign * (a.score.mean - b.score.mean));
  const range = rangeOf([...cells, ...(dense === null ? [] : [dense])]);
  const caption = `${measure} at ${zerosText(level.sparsity)} zeros: means over the seeds, with 95 % intervals. Dots: methods that need nothing but the weights; diamonds: the others.`;
  return diagram(caption, caption, (pen, width, narrow) => {
    const size = narrow ? 11 : 12;
    const left = Math.max(...cells.map(({ title }) => textWidth(title, size))) + 14;
    const right = width - (narrow ? 44 : 56);
    const x = (value: number) => left + ((value - range.low) / (range.high - range.low)) * (right - left);
    const bottom = TOP + ROW * cells.length;
    if (dense !== null) {
      const at = x(dense.score.mean);
      pen.line(at, TOP - 10, at, bottom, { dash: [4, 3], colour: COLOUR.muted });
      pen.text(at, TOP - 16, `dense ${scoreText(task, dense.score.mean)}`, {
        anchor: at > (left + right) / 2 ? 'end' : 'start',
        size,
      });
    }
    for (const [row, cell] of cells.entries()) {
      const y = TOP + ROW * (row + 0.5);
      const simple = ARMS.find(({ name }) => name === cell.method)!.simple;
      pen.line(left, y, right, y, { dash: [1, 4] });
      pen.text(0, y + 4, cell.title, { size, colour: COLOUR.ink });
      const { mean, interval } = cell.score;
      if (interval !== null) {
        pen.line(x(interval.low), y, x(interval.high), y, { colour: COLOUR.ink, width: 1.6 });
      }
      pen.mark(x(mean), y, simple ? 'circle' : 'diamond', simple ? COLOUR.ink : 'var(--focus)');
      pen.text(width, y + 4, scoreText(task, mean), { anchor: 'end', size });
    }
    return bottom + 6;
  });
}

function rangeOf(cells: readonly Cell[]): { readonly low: number; readonly high: number } {
  const ends = cells.flatMap(({ score: { mean, interval } }) =>
    interval === null ? [mean] : [mean, interval.low, interval.high],
  );
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(1e-4, 0.04 * (high - low));
  return { low: low - margin, high: high + margin };
}
