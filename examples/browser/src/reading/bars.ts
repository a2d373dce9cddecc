import { portion } from '@synaprune/examples-kit/format';
import { byId, make, setText } from '../view/elements';
import { likeliest } from './network';

/** Shows what two networks read. */
export type Bars = (readings: { readonly [net in Net]: Float32Array | null }) => void;

type Net = 'dense' | 'pruned';
const NETS: readonly Net[] = ['dense', 'pruned'];

/** Ten bars for each network, as a table: a row a digit. */
export function mountBars(): Bars {
  const table = byId<HTMLTableElement>('bars');
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const cells = NETS.map(() => {
      const [bar, value] = [make('span', '', { class: 'bar' }), make('span', '', { class: 'share' })];
      return { cell: make('td', [make('span', [bar], { class: 'track' }), value]), bar, value };
    });
    return {
      row: make('tr', [make('th', String(digit), { scope: 'row' }), ...cells.map(({ cell }) => cell)]),
      cells,
    };
  });
  table.tBodies[0]!.replaceChildren(...rows.map(({ row }) => row));
  return (readings) => {
    for (const [column, net] of NETS.entries()) {
      const shares = readings[net];
      const best = shares === null ? null : likeliest(shares);
      setText(byId(`reads-${net}`), best === null ? '–' : String(best));
      for (const [digit, { cells }] of rows.entries()) {
        const { cell, bar, value } = cells[column]!;
        const share = shares?.[digit] ?? 0;
        bar.style.width = `${100 * share}%`;
        setText(value, shares === null ? '–' : portion(share, 0));
        cell.classList.toggle('best', digit === best);
      }
    }
  };
}

/** Both readings in a sentence. */
export function spoken(readings: { readonly [net in Net]: Float32Array | null }): string {
  const of = (shares: Float32Array) => `${likeliest(shares)} (${portion(Math.max(...shares), 0)} sure)`;
  const { dense, pruned } = readings;
  if (dense === null || pruned === null) return '';
  return `The dense network reads ${of(dense)}, the pruned one ${of(pruned)}.`;
}
