import { percent } from '@synaprune/examples-kit/format';
import { count, significant } from '../format';
import { type History, SMOOTHING, sampleHistory, smooth } from '../session/history';
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

/** Where the data comes from. */
export function showSources(): void {
  byId('sources').replaceChildren(
    ...Object.values(TASKS).flatMap(({ title, provenance, licence }) => [
      make('dt', title),
      make('dd', `${provenance} ${licence}`),
    ]),
  );
}
