import { budgetOf, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { DISTRIBUTIONS, type Distribution } from '../distributions.js';
import { matchesFullSort } from '../full-sort.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { bothFloors, readFloor } from './floors.js';

/** Most elements that are measured here, and most that are checked against a full sort. */
const MOST = 1e7;
const MOST_CHECKED = 1e6;

/** Selecting and pruning weights of every shape; each result is held against a full sort, bit for bit. */
export async function measureDistributions(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of context.sizes.filter((size) => size <= MOST)) {
    for (const distribution of DISTRIBUTIONS)
      rows.push(...(await measureOne(context, elements, distribution)));
  }
  return rows;
}

async function measureOne(
  { rounds, bed, say }: Context,
  elements: number,
  distribution: Distribution,
): Promise<Row[]> {
  say(`${distribution.name}, ${elements} weights`);
  const ground = await bed(elements, distribution);
  const { kernels, parts } = ground.plot;
  const count = budgetOf(ground);
  pruneNow(ground.plot, count);
  const checked = elements <= MOST_CHECKED;
  const note = !checked
    ? 'not checked'
    : matchesFullSort(ground, count)
      ? 'equals a full sort, bit for bit'
      : 'WRONG: differs from a full sort';
  const [read, both, select, prune] = await measure(
    [
      readFloor(ground),
      bothFloors(ground),
      { name: `select, ${distribution.name}`, run: () => kernels.select(parts, count) },
      { name: `prune, ${distribution.name}`, run: () => pruneNow(ground.plot, count) },
    ],
    { ...rounds(elements), prepare: ground.restore },
  );
  const options = { group: 'distributions', elements };
  return [rowOf(select!, read!, options), rowOf(prune!, both!, { ...options, note })];
}
