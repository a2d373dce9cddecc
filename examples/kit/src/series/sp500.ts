import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readCsv } from './csv.js';
import type { Series } from './series.js';

const require = createRequire(import.meta.url);

/**
 * The S&P 500 index on 5,105 trading days, 2000-01-03 to 2020-04-17: open, high, low, close and volume. A price
 * drifts out of the range it was trained on, so the model sees changes, not levels. Hardly anything beats
 * the last value here.
 */
export function loadSp500(): Series {
  const series = readCsv(dataFile('vega-datasets', 'sp500-2000.csv'), {
    target: 'close',
    columns: ['open', 'high', 'low', 'volume'],
    missing: { codes: [], rows: 'reject' },
  });
  return {
    ...series,
    name: 'sp500',
    step: 'trading day',
    unit: 'index points',
    provenance:
      'S&P 500 by trading day, 2000-01-03 to 2020-04-17: Yahoo Finance, as shipped in the npm package ' +
      'vega-datasets 3.2.1',
    licence: 'package BSD-3-Clause; the source of the prices states none',
    season: null,
    inputs: 'changes',
    ignored: [{ name: 'adjclose', reason: 'the same as close' }],
  };
}

/** A data file of a package that exports only its program. */
function dataFile(packageName: string, file: string): string {
  let folder = dirname(require.resolve(packageName));
  while (!existsSync(join(folder, 'data', file)) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'data', file);
}
