import { COLOUR } from '@synaprune/examples-kit/report/chart';
import { diagram } from './diagram.js';
import type { Looks } from './looks.js';
import type { ScopeStatistics } from './scope-statistics.js';
import { rankText } from './words.js';

const ROW = 23;

/**
 * A critical-difference diagram (Demšar 2006), laid out in rows so that it fits narrow pages: arms from the best
 * down, a mark at each average rank, brackets on the right around arms that do not differ, the critical
 * difference as a bar on the axis, and a dashed line where repeating the last value would stand.
 */
export function criticalDifferenceDiagram(statistics: ScopeStatistics, title: string, looks: Looks): string {
  const { table, averageRanks, persistenceRank, tests } = statistics;
  if (table.blocks.length === 0 || table.arms.length < 2) return '';
  const order = table.arms
    .map((arm, index) => ({ arm, rank: averageRanks[index]! }))
    .sort((a, b) => a.rank - b.rank);
  const cliques = tests?.nemenyi.cliques ?? [];
  const greatest = table.arms.length;
  return diagram(
    `${title}: average ranks ${order.map(({ arm, rank }) => `${arm} ${rankText(rank)}`).join(', ')}.`,
    caption(statistics),
    (pen, width, narrow) => {
      const left = narrow ? 128 : 150;
      const right = width - 14 - 10 * Math.max(1, cliques.length);
      const low = Math.min(1, persistenceRank ?? 1);
      const high = Math.max(greatest, persistenceRank ?? 1);
      const x = (rank: number) => left + ((rank - low) / (high - low)) * (right - left - 44);
      const difference = tests?.nemenyi.criticalDifference;
      const top = difference === undefined ? 30 : 58;
      const bottom = top + ROW * order.length;
      if (difference !== undefined) {
        const drawn = Math.min(difference, high - low);
        pen.line(x(low), 22, x(low + drawn), 22, { colour: COLOUR.ink, width: 2 });
        for (const end of drawn < difference ? [low] : [low, low + drawn]) {
          pen.line(x(end), 17, x(end), 27, { colour: COLOUR.ink, width: 2 });
        }
        const beyond = drawn < difference ? (narrow ? ' →' : ', wider than the axis') : '';
        pen.text(x(low), 11, `critical difference ${rankText(difference)}${beyond}`, { colour: COLOUR.ink });
      }
      const step = greatest > 8 && narrow ? 2 : 1;
      for (let rank = 1; rank <= greatest; rank += step) {
        pen.line(x(rank), top - 4, x(rank), bottom);
        pen.text(x(rank), top - 9, String(rank), { anchor: 'middle' });
      }
      if (persistenceRank !== null) {
        pen.line(x(persistenceRank), top - 4, x(persistenceRank), bottom + 4, {
          colour: COLOUR.ink,
          width: 1.4,
          dash: [5, 4],
        });
        const near = persistenceRank > (low + high) / 2;
        pen.text(x(persistenceRank), bottom + 17, 'last value', {
          anchor: near ? 'end' : 'start',
          colour: COLOUR.ink,
        });
      }
      for (const [row, { arm, rank }] of order.entries()) {
        const y = top + ROW * (row + 0.5);
        const { colour, symbol } = looks.of(arm);
        pen.text(left - 14, y + 4, arm, { anchor: 'end', colour: COLOUR.ink });
        pen.line(left - 8, y, x(rank), y, { colour, width: 1.2 });
        pen.mark(x(rank), y, symbol, colour);
        pen.text(x(rank) + 9, y + 4, rankText(rank));
      }
      for (const [column, clique] of cliques.entries()) {
        const rows = order.flatMap(({ arm }, row) => (clique.includes(arm) ? row : []));
        const at = right + 4 + 10 * column;
        const [from, to] = [top + ROW * (rows[0]! + 0.25), top + ROW * (rows.at(-1)! + 0.75)];
        pen.line(at, from, at, to, { colour: COLOUR.ink, width: 3.5 });
      }
      return bottom + (persistenceRank === null ? 6 : 24);
    },
  );
}

function caption({ table, tests, scope }: ScopeStatistics): string {
  const blocks = `Average rank over ${table.blocks.length} blocks (${scope.blockName}), 1 is best.`;
  if (tests === null) return `${blocks} One block shows an order and tests nothing.`;
  const cliques = tests.nemenyi.cliques;
  return (
    `${blocks} ` +
    (cliques.length === 0
      ? 'Every two arms differ at .05 (Nemenyi).'
      : 'Arms that one bar on the right spans do not differ at .05 (Nemenyi).')
  );
}
