import { kilobytes, portion } from '@synaprune/examples-kit/format';
import { count, significant } from '../format';
import { type History, SMOOTHING, sampleHistory } from '../moments/history';
import type { Moment } from '../moments/moment';
import type { SessionState } from '../session/state';
import type { Task } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { byId, fillTable, make, setText } from '../view/elements';

/** The large numbers above the pictures: of the run as it is, or of a moment of it. */
export function showTiles({ task, history, moments }: SessionState, moment: Moment | null): void {
  const { metric } = TASKS[task];
  const now = moments.findLast(({ onward }) => !onward);
  const score = moment?.score ?? history.scores.at(-1)?.[1];
  const dense = history.denseScores.at(-1)?.[1] ?? history.scores.at(-1)?.[1];
  const packed = (moment ?? now)?.packed.length;
  const tiles: [string, string][] = [
    ['Weights dropped', portion(moment?.sparsity ?? history.sparsity.at(-1)?.[1] ?? 0)],
    [`${metric.name}, pruned`, score === undefined ? '–' : metric.format(score)],
    ['Its dense twin', dense === undefined ? '–' : metric.format(dense)],
    ['Packed file', packed === undefined ? '–' : kilobytes(packed)],
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
    head: ['Step', lossName, metric.name, 'Dense twin', 'Sparsity'],
    rows: sampleHistory(history, 12).map(({ step, loss, score, denseScore, sparsity }) => [
      count(step),
      significant(loss),
      score === null ? '–' : metric.format(score),
      denseScore === null ? '–' : metric.format(denseScore),
      sparsity === null ? '–' : portion(sparsity),
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
