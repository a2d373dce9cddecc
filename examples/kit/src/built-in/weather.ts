import { readCsv } from '../csv/read-csv.js';
import type { Series } from '../series/series.js';
import { packageFile } from './package-file.js';

/** Daily weather in Seattle, 2012 to 2015, 1,461 days: highest and lowest temperature, precipitation, wind. */
export function loadWeather(): Series {
  const { series } = readCsv(packageFile('vega-datasets', 'data/seattle-weather.csv'), {
    target: 'temp_max',
  });
  return {
    ...series,
    name: 'weather',
    unit: '°C',
    provenance:
      'Seattle weather by day, 2012 to 2015: NOAA, National Centers for Environmental Information, as shipped in ' +
      'the npm package vega-datasets 3.2.1',
    licence: 'US government work (public domain); package BSD-3-Clause',
    season: null,
    ignored: [{ name: 'weather', reason: 'text' }],
  };
}
