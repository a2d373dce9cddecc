import { kilobytes, percent } from '@synaprune/examples-kit/format';
import { count, significant } from '../format';
import { type History, SMOOTHING, sampleHistory, smooth } from '../session/history';
import type { Measurement } from '../session/measure';
import type { SessionState } from '../session/state';
import type { Task } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { byId, fillTable, make, setText } from './elements';

/** The large numbers above the charts. */
export function showTiles({ task, history }: SessionState): void {
  const { lossName, metric } = TASKS[task];
  const loss = smooth(history.losses.slice(-SMOOTHING), SMOOTHING).at(-1);
  const score = history.scores.at(-1)?.[1];
  const tiles: [string, string][] = [
    [lossName, loss === undefined ? '–' : significant(loss)],
    [metric.name, score === undefined ? '–' : metric.format(score)],
    ['Sparsity', percent(history.sparsity.at(-1)?.[1] ?? 0)],
  ];
  const host = byId('tiles');
  if (host.childElementCount !== tiles.length) {
    host.replaceChildren(...tiles.map(() => make('div', [make('dt'), make('dd')])));
  }
  for (const [i, [name, value]] of tiles.entries()) {
    const [term, definition] = host.children[i]!.children as unknown as [HTMLElement, HTMLElement];
    setText(term, name);
    setText(definition, value);
  }
}

/** What the charts show, for those who do not look at charts. */
export function showHistory(task: Task, history: History): void {
  const { lossName, metric } = task;
  fillTable(byId<HTMLTableElement>('history'), {
    caption: `Loss, test and sparsity over the steps; losses are means of ${SMOOTHING} batches`,
    head: ['Step', lossName, metric.name, 'Sparsity'],
    rows: sampleHistory(history, 12).map(({ step, loss, score, sparsity }) => [
      count(step),
      significant(loss),
      score === null ? '–' : metric.format(score),
      sparsity === null ? '–' : percent(sparsity),
    ]),
  });
}

/** The model before and after pruning. */
export function showResult({ task, before, after, reference }: SessionState): void {
  const { metric } = TASKS[task];
  const measured = after ?? before;
  const brotli = measured !== null && measured.brotliBytes !== null;
  const head = [
    '',
    'Step',
    'Sparsity',
    metric.name,
    'weights.bin',
    'gzipped',
    ...(brotli ? ['brotli'] : []),
    'packed',
  ];
  const row = (name: string, found: Measurement | null): string[] =>
    found === null
      ? [name, ...head.slice(1).map(() => '–')]
      : [
          name,
          count(found.step),
          percent(found.sparsity),
          metric.format(found.score),
          kilobytes(found.rawBytes),
          kilobytes(found.gzipBytes),
          ...(brotli ? [found.brotliBytes === null ? '–' : kilobytes(found.brotliBytes)] : []),
          kilobytes(found.packedBytes),
        ];
  fillTable(byId<HTMLTableElement>('result'), {
    caption: 'The model before and after pruning',
    head,
    rows: [row('Before pruning', before), row('At the end', after)],
  });
  setText(byId('reference'), reference ?? '');
  setText(
    byId('brotli-hint'),
    measured === null || brotli ? '' : 'This browser has no brotli to compress with, so that is left out.',
  );
}

/** Where the data comes from. */
export function showSources(): void {
  byId('sources').replaceChildren(
    ...Object.values(TASKS).flatMap(({ title, provenance, licence }) => [
      make('dt', title),
      make('dd', `${provenance} ${licence}`),
    ]),
  );
}
