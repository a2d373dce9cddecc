import { amount, percent } from '@synaprune/examples-kit/format';
import { numberCell, tableHtml } from '@synaprune/examples-kit/report/table';
import { GAIN } from '../learning.js';
import type { Results } from '../results.js';

/** Each run: how long it went on, why it stopped, and what it went back to. */
export function runsTable({ arms, data, options }: Results): string {
  const head = [
    { text: 'arm' },
    numberCell('seed'),
    numberCell('epochs'),
    numberCell('best epoch'),
    numberCell('MAE', data.unit),
    { text: 'why it stopped' },
  ];
  const rows = arms.flatMap(({ name, runs }) =>
    runs.map(({ seed, epochs, bestEpoch, mae, ending }) => ({
      className: `arm-${name}`,
      cells: [
        { text: name },
        numberCell(String(seed)),
        numberCell(String(epochs.length)),
        numberCell(String(bestEpoch)),
        numberCell(amount(mae)),
        {
          text:
            ending === 'learned'
              ? `${options.patience} epochs in a row brought less than ${percent(GAIN, 2)}`
              : 'its epochs were used up: still learning',
        },
      ],
    })),
  );
  return tableHtml(
    'Each run: epochs, best epoch, error on the test part, and why it stopped',
    head,
    rows,
    'runs',
  );
}
