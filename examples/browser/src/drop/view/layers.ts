import { byId, fillTable, make, setText } from '../../view/elements';
import type { Curve, DropState, Layer, Unit } from '../state';
import { shareText, shortCount } from './words';

/** Agreement from which a layer is said to bear what it lost. */
const BORNE = 0.95;

/** Layers that are listed: a page of thousands helps nobody. */
const MOST = 100;

/** Layers by how much they bear, as far as that is known. */
export function showLayers({ facts, made, scan, notRun }: DropState, unit: Unit): void {
  if (facts === null) return;
  const runs = notRun === null;
  const curves = new Map(scan?.unit === unit ? scan.curves.map((curve) => [curve.name, curve]) : []);
  const gone = made?.wish.unit === unit ? made.gone : {};
  const known = facts.layers[unit].map((layer) => ({ layer, bears: bearsOf(curves.get(layer.name)) }));
  const rank = ({ bears }: (typeof known)[number]) =>
    bears === undefined ? -1 : bears.share + bears.agreement / 1000;
  const sorted = curves.size === 0 ? known : [...known].sort((a, b) => rank(b) - rank(a));
  const table = byId<HTMLTableElement>('drop-layers');
  fillTable(table, {
    caption: 'Layers by how much they bear',
    head: ['Layer', unit === 'weight' ? 'Weights' : 'Channels', 'Gone now', ...(runs ? ['Bears'] : [])],
    rows: sorted.slice(0, MOST).map(({ layer }) => rowOf(layer, gone[layer.name], runs)),
  });
  for (const [at, line] of [...table.tBodies[0]!.rows].entries()) {
    const { layer, bears } = sorted[at]!;
    line.cells[0]!.title = `${layer.name}: ${layer.kind}`;
    line.cells[3]?.replaceChildren(bears === undefined ? '–' : barOf(bears));
  }
  const more = byId('drop-layers-more');
  more.hidden = sorted.length <= MOST;
  setText(more, `And ${(sorted.length - MOST).toLocaleString('en-US')} more.`);
  showScan(scan?.unit === unit ? scan : null, runs);
}

function rowOf({ name, elements }: Layer, gone: number | undefined, runs: boolean): readonly string[] {
  const row = [name, shortCount(elements), gone === undefined ? '–' : shareText(gone / elements)];
  return runs ? [...row, ''] : row;
}

interface Bears {
  readonly share: number;
  readonly agreement: number;
  readonly text: string;
}

/** The largest share that a layer lost and the model still answered as before. */
function bearsOf(curve: Curve | undefined): Bears | undefined {
  if (curve === undefined || curve.levels.length === 0) return undefined;
  const borne = curve.levels.filter(({ agreement }) => agreement >= BORNE).at(-1);
  const first = curve.levels[0]!;
  return borne === undefined
    ? { share: 0, agreement: first.agreement, text: `< ${shareText(first.sparsity)}` }
    : { share: borne.sparsity, agreement: borne.agreement, text: shareText(borne.sparsity) };
}

function barOf({ share, text }: Bears): HTMLElement {
  const filled = make('span');
  filled.style.width = `${100 * share}%`;
  return make(
    'div',
    [make('div', [filled], { class: 'drop-bar', 'aria-hidden': 'true' }), make('span', text)],
    {
      class: 'drop-bears',
    },
  );
}

function showScan(scan: DropState['scan'], runs: boolean): void {
  const running = scan?.state === 'running';
  byId('drop-scan').hidden = !running;
  setText(byId('drop-scan-button'), running ? 'Stop' : scan === null ? 'Look into the layers' : 'Look again');
  setText(
    byId('drop-scan-text'),
    running ? `Tried ${scan.done} of ${scan.total === 0 ? '…' : scan.total} prunings of one layer alone` : '',
  );
  const progress = byId<HTMLProgressElement>('drop-scan-progress');
  if (running && scan.total > 0) {
    progress.max = scan.total;
    progress.value = scan.done;
  } else progress.removeAttribute('value');
  byId('drop-scan-button').hidden = !runs;
  const stopped = scan?.state === 'stopped' ? ' Stopped before it was through.' : '';
  setText(
    byId('drop-layers-hint'),
    runs
      ? `Each layer loses 30, 50, 70 and 90\u00a0% alone, and everything else stays: the largest of these with which the model still answers as before by 95\u00a0%.${stopped}`
      : 'What they bear is found out by running the model, which does not run here.',
  );
}
