import { createHash } from 'node:crypto';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { SeriesIdentity } from '../task.js';

/** The identity of a series that was asked for as `source`. */
export function identify(source: string, series: Series): SeriesIdentity {
  const { name, unit, step, provenance, licence } = series;
  const target = series.columns[0]!.name;
  return { source, target, name, unit, step, provenance, licence, sha256: fingerprint(series) };
}

/** SHA-256 of the names and values of all columns and of the dates; one NaN is like another. */
function fingerprint({ columns, dates }: Pick<Series, 'columns' | 'dates'>): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([columns.map(({ name, values }) => [name, values.length]), dates !== null]));
  for (const values of [...columns.map((column) => column.values), ...(dates === null ? [] : [dates])]) {
    const bytes = new DataView(new ArrayBuffer(values.length * 8));
    values.forEach((value, row) => {
      bytes.setFloat64(row * 8, value, true);
    });
    hash.update(new Uint8Array(bytes.buffer));
  }
  return hash.digest('hex');
}
