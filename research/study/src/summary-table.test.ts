import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { renderSummary, summaryFooter } from './summary-table.js';
import { type SyntheticOptions, syntheticStudy } from './testing/synthetic-study.js';

const SMALL: SyntheticOptions = {
  arms: ['none', 'dropout', 'pruning', 'persistence'],
  models: ['rnn', 'lstm'],
  series: ['births'],
  lengths: [1, 7],
  seeds: [42, 43],
  noise: 0,
  mae: ({ arm, model, length }) =>
    (arm === 'pruning' ? 0.4 : 0.5) + (model === 'lstm' ? 0.1 : 0) + (length === 7 ? 0.02 : 0),
};

/** Rows of a table's cells, borders away. */
const rowsOf = (options: SyntheticOptions) =>
  stripVTControlCharacters(renderSummary(syntheticStudy(options)))
    .split('\n')
    .filter((line) => line.includes('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

it('shows the mean over lengths and seeds, the last value first, and the sparsity of what was pruned', () => {
  expect(rowsOf(SMALL)).toEqual([
    ['arm', 'rnn', '', 'lstm', ''],
    ['last value', '0.6000', '', '0.6000', ''],
    ['none', '0.5100', '', '0.6100', ''],
    ['dropout', '0.5100', '', '0.6100', ''],
    ['pruning', '0.4100', '70 %', '0.5100', '70 %'],
  ]);
});

it('marks figures that runs are missing of, and shows a dash where there is none', () => {
  const rows = rowsOf({
    ...SMALL,
    missing: ({ arm, model, seed }) =>
      (arm === 'none' && seed === 43) || (arm === 'dropout' && model === 'rnn'),
  });
  expect(rows[2]).toEqual(['none', '0.5100*', '', '0.6100*', '']);
  expect(rows[3]).toEqual(['dropout', '–', '', '0.6100', '']);
});

it('has the last value also where nothing was trained', () => {
  expect(rowsOf({ ...SMALL, arms: ['persistence'] })).toEqual([
    ['arm', 'rnn', '', 'lstm', ''],
    ['last value', '0.6000', '', '0.6000', ''],
  ]);
});

it('says what the figures are means of', () => {
  expect(summaryFooter(syntheticStudy(SMALL))).toContain('mean over 2 lengths and 2 seeds');
});
