import { milliseconds } from '@synaprune/examples-kit/format';
import { together } from '../../format';
import { byId, fillTable, make, setText } from '../../view/elements';
import { inTerminal } from '../command-line';
import type { DropState, Sizes, Timed } from '../state';
import { bytesChange, bytesText, ratioText, shareText, speedText } from './words';

const NONE = '–';

/** Agreement from which a model counts as answering as before, about. */
const GOOD = 0.95;

/** What became of the model, in a few numbers and a table. */
export function showFigures(state: DropState): void {
  showTiles(state);
  showTable(state);
  setText(byId('drop-run-hint'), runHint(state));
  const notices = state.made?.notices ?? [];
  byId('drop-notices').replaceChildren(...notices.map((text) => make('li', together(sentence(text)))));
  for (const id of ['drop-notices', 'drop-notices-title']) byId(id).hidden = notices.length === 0;
}

function showTiles({ made, before, after, ground, answered, timed, notRun }: DropState): void {
  const tiles: readonly (readonly [string, string])[] = [
    [
      made?.wish.unit === 'channel' ? 'Channels gone' : 'Weights zero',
      made === null ? NONE : shareText(made.share),
    ],
    sizesTile(before, after),
    ...(notRun === null
      ? ([
          [`Answers as before${onNoise(ground)}`, answered === null ? NONE : shareText(answered.agreement)],
          ['As fast', timed === null ? NONE : speedText(timed)],
        ] as const)
      : []),
  ];
  byId('drop-tiles').replaceChildren(
    ...tiles.map(([name, value]) => make('div', [make('dt', name), make('dd', value)])),
  );
}

/** What a figure is of, where it was found on noise: of what the model was made for it says little. */
export function onNoise(ground: DropState['ground']): string {
  return ground?.noise === true ? ', on noise' : '';
}

/** Before and after in one form: packed as soon as both are, until then gzipped. */
function sizesTile(before: Sizes, after: Sizes): readonly [string, string] {
  const isPacked = before.packed !== undefined && after.packed !== undefined;
  const [name, form] = isPacked ? (['Packed', 'packed'] as const) : (['Gzipped', 'gzip'] as const);
  const [from, to] = [before[form], after[form]];
  return [name, from === undefined || to === undefined ? NONE : bytesChange(from, to)];
}

function showTable({ before, after, answered, timed, notRun }: DropState): void {
  const bytes = (name: string, of: (sizes: Sizes) => number | undefined) => [
    name,
    textOf(of(before), bytesText),
    textOf(of(after), bytesText),
    ratioText(of(before), of(after)),
  ];
  const ran = [
    timeRow(timed),
    ['Agreement', '', answered === null ? NONE : shareText(answered.agreement), ''],
    [
      'Same answers',
      '',
      answered === null
        ? NONE
        : `${Math.round(answered.sameSamples * answered.samples)} of ${answered.samples}`,
      '',
    ],
  ];
  fillTable(byId<HTMLTableElement>('drop-figures'), {
    caption: 'The model before and after',
    head: ['Measure', 'Before', 'After', 'Change'],
    rows: [
      bytes('File', ({ raw }) => raw),
      bytes('Gzipped', ({ gzip }) => gzip),
      bytes('Packed', ({ packed }) => packed),
      ...(notRun === null ? ran : []),
    ],
  });
}

function timeRow(timed: Timed | null): readonly string[] {
  if (timed === null) return ['A run', NONE, NONE, NONE];
  if (timed.speedup === null) return ['A run', '', speedText(timed), ''];
  const change = timed.scattered ? NONE : ratioText(timed.speedup, 1);
  return ['A run', milliseconds(timed.before), milliseconds(timed.after), change];
}

function runHint({ ground, notRun, answered, timed, made }: DropState): string {
  if (notRun !== null) return `Not run: ${together(sentence(notRun))}`;
  if (ground === null) return '';
  const said = [
    `Run on ${ground.samples}, by ${ground.runtime}; times are medians over rounds that run both in turn.`,
  ];
  if (timed?.scattered === true) {
    said.push('The times scatter from round to round, and say little.');
  }
  if (ground.noise) {
    said.push(
      `Agreement on noise is a hint and no more: what a model does to noise says little of what it does to what it was made for. The command line takes real inputs: ${inTerminal('shrink --inputs')}.`,
    );
  }
  if (answered !== null && answered.agreement < GOOD) {
    said.push(
      made?.wish.byLayer === true
        ? 'It answers less as before than most would put up with: keep more, or train it on from here.'
        : 'It answers less as before than most would put up with: look into the layers below and keep more where less is borne, keep more of all, or train it on from here.',
    );
  }
  return said.join(' ');
}

function textOf(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? NONE : format(value);
}

/** With a capital letter in front and a full stop behind. */
export function sentence(text: string): string {
  const end = /[.!?…]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}
