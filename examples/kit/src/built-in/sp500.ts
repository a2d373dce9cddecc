import { readCsv } from '../csv/read-csv.js';
import type { Series } from '../series/series.js';
import { packageFile } from './package-file.js';

/**
 * The S&P 500 index on 5,105 trading days, 2000-01-03 to 2020-04-17: open, high, low, close and volume. A price
 * drifts out of the range it was trained on, so the model sees changes, not levels. Hardly anything beats
 * the last value here.
 */
export function loadSp500(): Series {
  const { series } = readCsv(packageFile('vega-datasets', 'data/sp500-2000.csv'), { target: 'close' });
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
