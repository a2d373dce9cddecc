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
    ['linear model', '0.5500', '', '0.5500', ''],
    ['none', '0.5100', '', '0.6100', ''],
    ['dropout', '0.5100', '', '0.6100', ''],
    ['pruning', '0.4100', '70 %', '0.5100', '70 %'],
  ]);
});

it('compares the runs that every arm has, marks and names what is missing, and shows a dash where there is none', () => {
  const options: SyntheticOptions = {
    ...SMALL,
    missing: ({ arm, model, seed, length }) =>
      (arm === 'none' && model === 'lstm' && seed === 43 && length === 7) ||
      (arm === 'dropout' && model === 'rnn'),
  };
  const rows = rowsOf(options);
  // Two runs of length 1 and one of length 7: (2 · .6 + .62) / 3, for every arm of the column.
  expect(rows[3]).toEqual(['none', '0.5100', '', '0.6067*', '']);
  expect(rows[4]).toEqual(['dropout', '–', '', '0.6067*', '']);
  expect(rows[5]!.slice(3)).toEqual(['0.5067*', '70 %']);
  expect(summaryFooter(syntheticStudy(options))).toContain(
    '* Runs are missing: lstm on The series births over the 3 of 4 that every arm has: none lacks length 7, seed 43.',
  );
});

it('claims no missing runs where there are none', () => {
  expect(summaryFooter(syntheticStudy(SMALL))).not.toMatch(/missing|\*/);
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
