import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { renderTable, tableFooter } from './table.js';
import { resultsOf, version } from './testing/results.js';

const results = resultsOf([version('dense', 0, 1), version('trained', 0.5, 0.95)]);

it('has a row for each version, with the words of the model in its head', () => {
  // Where colours are asked for, as in some runs of many tests, cells carry them.
  const lines = stripVTControlCharacters(renderTable(results))
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .filter((line) => line.includes('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(lines).toEqual([
    ['sparsity', 'arm', 'as dense', 'apart', 'wrong', 'gzip -9', 'brotli', 'seconds'],
    ['0.0 %', 'dense', '100.0 %', '0.125', '6.3 %', '1.25 MB', '346 kB', '–'],
    ['50.0 %', 'trained', '95.0 %', '0.125', '6.3 %', '1.25 MB', '346 kB', '12.3'],
  ]);
});

it('says below what the numbers are, what chance is, and where all comes from', () => {
  const footer = tableFooter(results).join(' ').replaceAll('\u00a0', ' ');
  for (const part of [
    '40 lines, half of them upside down,',
    'would agree on 55.0 %',
    'Apart: how far apart.',
    'Wrong: how wrong.',
    'from somewhere; a licence',
  ]) {
    expect(footer).toContain(part);
  }
});
