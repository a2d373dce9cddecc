import { kilobytes, portion } from '@synaprune/examples-kit/format';
import { count } from '../format';
import type { Measurement } from '../moments/measure';
import type { SessionState } from '../session/state';
import { TASKS } from '../tasks/tasks';
import { byId, fillTable, setText } from '../view/elements';

const NONE = '–';

/** The model before and after pruning, and in 8 bits: how good it is, and what it takes on disk. */
export function showResult({ task, before, after, dense, reference }: SessionState): void {
  const { metric } = TASKS[task];
  const row = (name: string, found: Measurement | null, score = found?.score ?? null) => [
    name,
    found === null ? NONE : count(found.step),
    found === null ? NONE : portion(found.sparsity),
    score === null ? NONE : metric.format(score),
  ];
  fillTable(byId<HTMLTableElement>('result'), {
    caption: 'The model before and after pruning',
    head: ['', 'Step', 'Sparsity', metric.name],
    rows: [
      row('Before pruning', before),
      row('Dense twin', dense),
      row('Pruned', after),
      row('Pruned, in 8 bits', after, after?.int8.score ?? null),
    ],
  });
  setText(byId('reference'), reference ?? '');
  showBytes(dense, after, before);
}

function showBytes(dense: Measurement | null, after: Measurement | null, before: Measurement | null): void {
  const measured = after ?? before;
  const brotli = measured !== null && measured.brotliBytes !== null;
  const row = (name: string, of: (found: Measurement) => number | null) => [
    name,
    ...[dense ?? before, after].map((found) => {
      const bytes = found === null ? null : of(found);
      return bytes === null ? NONE : kilobytes(bytes);
    }),
  ];
  fillTable(byId<HTMLTableElement>('bytes'), {
    caption: 'What the model takes on disk, dense and pruned',
    head: ['', 'Dense', 'Pruned'],
    rows: [
      row('weights.bin', ({ rawBytes }) => rawBytes),
      row('gzipped', ({ gzipBytes }) => gzipBytes),
      ...(brotli ? [row('brotli', ({ brotliBytes }) => brotliBytes)] : []),
      row('packed', ({ packedBytes }) => packedBytes),
      row('packed in 8 bits', ({ int8 }) => int8.packedBytes),
    ],
  });
  setText(
    byId('brotli-hint'),
    measured === null || brotli ? '' : 'This browser has no brotli to compress with, so that is left out.',
  );
}
