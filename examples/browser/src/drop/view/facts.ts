import { count } from '../../format';
import { byId, make, setText } from '../../view/elements';
import type { DropState } from '../state';
import { bytesText, countOf, shareText } from './words';

/** What the model is, and what is being done with it. */
export function showFacts({ facts, busy }: DropState): void {
  byId('drop-columns').hidden = facts === null;
  // Where nothing can go there is nothing to set and nothing to measure; why is said above.
  const nothing = facts !== null && facts.none.weight !== null && facts.none.channel !== null;
  for (const id of ['drop-work', 'drop-form', 'drop-results']) byId(id).hidden = nothing;
  byId('drop-zone').classList.toggle('small', facts !== null);
  setText(byId('drop-busy'), busy ?? 'Done');
  const progress = byId<HTMLProgressElement>('drop-progress');
  // Without a value it moves: how long a step takes is not known.
  if (busy === null) progress.value = 1;
  else progress.removeAttribute('value');
  if (facts === null) return;
  setText(byId('drop-name'), facts.name);
  const { formatName, bytes, numbers, tensors, prunable, zeros, layers } = facts;
  const rows: readonly (readonly [string, string])[] = [
    ['Format', formatName],
    ['File', bytesText(bytes)],
    ['Numbers', `${count(numbers)} in ${countOf(tensors, 'tensor')}`],
    [
      'Can be pruned',
      `${shareText(numbers === 0 ? 0 : prunable / numbers)} in ${countOf(layers.weight.length, 'kernel')}`,
    ],
    ['Zero already', shareText(prunable === 0 ? 0 : zeros / prunable)],
    [
      'Channels that can go',
      `${count(layers.channel.reduce((sum, { elements }) => sum + elements, 0))} in ${countOf(layers.channel.length, 'group')}`,
    ],
  ];
  byId('drop-facts').replaceChildren(
    ...rows.map(([name, value]) => make('div', [make('dt', name), make('dd', value)])),
  );
}
