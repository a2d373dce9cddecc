import {
  numberCell,
  type Row,
  type Cell as TableCell,
  tableHtml,
} from '@synaprune/examples-kit/report/table';
import { pText } from 'synaprune-study/report/words';
import { ARMS, DENSE } from '../arms/arms.js';
import { taskOf } from '../task.js';
import type { Cell, TaskAnalysis } from './analysis.js';
import { claimsOf, verdictOf } from './claims.js';
import { gainText, halfText, scoreText, zerosText } from './words.js';

/** Scores of every method at every sparsity. */
export function scoreTable({ task, dense, levels }: TaskAnalysis): string {
  const { higherIsBetter, measure } = taskOf(task);
  const bestOf = levels.map(({ cells }) => {
    const means = cells.map(({ score }) => score.mean);
    return higherIsBetter ? Math.max(...means) : Math.min(...means);
  });
  const rows = methodsOf(levels).map(({ method, title }): Row => {
    const cells = levels.map(({ cells: own }, i): TableCell => {
      const cell = own.find((one) => one.method === method);
      if (cell === undefined) return { text: '–', number: true };
      return {
        ...numberCell(scoreText(task, cell.score.mean), halfText(task, cell.score)),
        ...(cell.score.mean === bestOf[i] ? { className: 'best' } : {}),
      };
    });
    return { cells: [{ text: title }, ...cells] };
  });
  const denseRow = dense === null ? [] : [denseOf(task, dense, levels.length)];
  return tableHtml(measure, headOf('zeros', levels), [...denseRow, ...rows], 'dense');
}

function denseOf(task: TaskAnalysis['task'], dense: Cell, columns: number): Row {
  const cell = numberCell(scoreText(task, dense.score.mean), halfText(task, dense.score));
  return { cells: [{ text: dense.title, note: 'no zeros' }, ...Array.from({ length: columns }, () => cell)] };
}

/** Paired differences to the best simple method. */
export function differenceTable({ task, levels }: TaskAnalysis): string {
  const rows = methodsOf(levels).map(({ method, title }): Row => {
    const cells = levels.map(({ best, toBest }): TableCell => {
      if (best?.method === method) return { text: 'the best simple', number: true };
      const difference = toBest.get(method);
      if (difference === undefined) return { text: '–', number: true };
      const { gain, adjusted } = difference;
      const note = [halfText(task, gain), adjusted === null ? undefined : pText(adjusted)];
      return {
        ...numberCell(gainText(task, gain.mean), note.filter((text) => text !== undefined).join(', ')),
        ...(verdictOf(difference) === 'not told apart' ? {} : { className: 'best' }),
      };
    });
    return { cells: [{ text: title }, ...cells] };
  });
  return tableHtml(`${taskOf(task).gainUnit}, better is positive`, headOf('zeros', levels), rows, 'dense');
}

/** Seconds of a run. */
export function secondsTable({ dense, levels }: TaskAnalysis): string {
  const rows = methodsOf(levels).map(({ method, title }): Row => {
    const cells = levels.map(({ cells: own }): TableCell => {
      const cell = own.find((one) => one.method === method);
      return { text: cell === undefined ? '–' : cell.seconds.toFixed(1), number: true };
    });
    return { cells: [{ text: title }, ...cells] };
  });
  const denseCells = levels.map((): TableCell => ({ text: dense?.seconds.toFixed(1) ?? '–', number: true }));
  return tableHtml(
    'Seconds of a training, mean',
    headOf('zeros', levels),
    [{ cells: [{ text: 'dense', note: 'no zeros' }, ...denseCells] }, ...rows],
    'dense',
  );
}

/** What the field reports, beside what was found. */
export function claimsTable(analysis: TaskAnalysis): string {
  const { task, levels } = analysis;
  const claims = claimsOf(analysis);
  if (claims.length === 0) return '';
  const rows = claims.map(({ text, trials }): Row => {
    const cells = levels.map(({ sparsity }): TableCell => {
      const trial = trials.find((one) => one.sparsity === sparsity);
      if (trial === undefined) return { text: '–', number: true };
      const { gain } = trial.difference;
      const verdict = verdictOf(trial.difference);
      return {
        ...numberCell(gainText(task, gain.mean), [halfText(task, gain), verdict].filter(Boolean).join(', ')),
        ...(verdict === 'not told apart' ? {} : { className: 'best' }),
      };
    });
    return { cells: [{ text }, ...cells] };
  });
  return tableHtml('Difference that the sentence is about', headOf('zeros', levels), rows, 'dense claims');
}

function headOf(first: string, levels: TaskAnalysis['levels']): TableCell[] {
  return [
    { text: first },
    ...levels.map(({ sparsity }): TableCell => ({ text: zerosText(sparsity), number: true })),
  ];
}

function methodsOf(levels: TaskAnalysis['levels']) {
  return ARMS.filter(
    ({ name }) => name !== DENSE && levels.some(({ cells }) => cells.some(({ method }) => method === name)),
  ).map(({ name, title }) => ({ method: name, title }));
}
