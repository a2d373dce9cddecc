import { badData } from '@synaprune/examples-kit/bad-data';
import type { Column, Series } from '@synaprune/examples-kit/series/series';

/** Columns that run further ahead than this many rows are not looked for. */
const FURTHEST = 60;
/** Correlation at which a column is called a copy. */
const COPY = 0.9999;
const SAMPLE = 4000;

/**
 * Refuses columns that give away what is to be forecast: those whose value on a row is the target's value one to
 * sixty rows later, or nearly is up to scale (|correlation| ≥ 0.9999, and no more than half the unexplained
 * variance that the target's own last known value leaves).
 *
 * @throws PruneError `bad-data` with the column's name and how far ahead it runs
 */
export function refuseLeaks({ name, columns }: Pick<Series, 'name' | 'columns'>): void {
  const target = columns[0]!;
  for (const column of columns.slice(1)) {
    for (let ahead = 1; ahead <= Math.min(FURTHEST, target.values.length >> 2); ahead += 1) {
      if (!givesAway(column, target, ahead)) continue;
      throw badData(
        `${name} needs inputs that are known before the value to forecast, got column ${column.name}, which holds ` +
          `${target.name} ${ahead === 1 ? 'one row' : `${ahead} rows`} ahead; take the column out of the file, or ` +
          `shift it by ${ahead === 1 ? 'that row' : 'those rows'}`,
      );
    }
  }
}

function givesAway(column: Column, target: Column, ahead: number): boolean {
  const every = Math.max(1, Math.floor(target.values.length / SAMPLE));
  const quick = correlation(column.values, target.values, ahead, every);
  if (!(quick ** 2 >= COPY ** 4)) return false;
  const unexplained = 1 - correlation(column.values, target.values, ahead, 1) ** 2;
  const own = 1 - correlation(target.values, target.values, ahead, 1) ** 2;
  return unexplained <= 1 - COPY ** 2 && own > 1e-9 && unexplained <= own / 2;
}

/** Pearson's correlation of `first[row]` and `second[row + ahead]` over rows where both are known. */
export function correlation(first: Float64Array, second: Float64Array, ahead: number, every: number): number {
  let [count, meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row + ahead < second.length; row += every) {
    const [x, y] = [first[row]!, second[row + ahead]!];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    count += 1;
    const [dx, dy] = [x - meanX, y - meanY];
    meanX += dx / count;
    meanY += dy / count;
    xx += dx * (x - meanX);
    yy += dy * (y - meanY);
    xy += dx * (y - meanY);
  }
  return count < 3 ? 0 : xy / Math.sqrt(xx) / Math.sqrt(yy);
}
