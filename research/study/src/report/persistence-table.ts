import { amount } from '@synaprune/examples-kit/format';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Study } from '../study.js';
import type { PersistenceScore } from './observations.js';

/** What repeating the last value scores, for a study that has nothing else to show. */
export function persistenceTable(study: Study, persistence: readonly PersistenceScore[]): string {
  const rows = persistence.map(({ series, length, score }) => {
    const { name, unit } = study.series[series]!;
    return {
      cells: [
        { text: name },
        { text: String(length), number: true },
        { text: `${amount(score.mae)}${unit === '' ? '' : ` ${unit}`}`, number: true },
        { text: amount(score.scaledMae), number: true },
      ],
    };
  });
  return tableHtml(
    'Error of repeating the last value',
    ['series', 'length', 'MAE', 'MAE in error units'].map((text, index) => ({ text, number: index > 0 })),
    rows,
  );
}
