import { type Bed, budgetOf, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN, SUBNORMAL } from '../distributions.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { readWriteFloor } from './floors.js';

/** Most elements of which a second set of weights is kept besides. */
const MOST = 1e7;

/** The fused pass that writes masks and zeroes weights, and enforcing, against the read-write floor. */
export async function measureApply(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of context.sizes) {
    context.say(`apply, ${elements} weights`);
    rows.push(...(await applyGaussian(context, elements)));
    if (elements <= MOST) rows.push(await applySubnormal(context, elements));
  }
  return rows;
}

/** The fused pass at a cut found before. */
function dropAt({ plot: { kernels, parts } }: Bed, cut: { magnitude: number; ties: number }): () => void {
  return () => {
    let ties = cut.ties;
    for (const part of parts) ties -= kernels.dropAndZero(part, cut.magnitude, ties);
  };
}

async function applyGaussian({ rounds, bed }: Context, elements: number): Promise<Row[]> {
  const ground = await bed(elements, GAUSSIAN);
  const { kernels, backend, parts, items } = ground.plot;
  const count = budgetOf(ground);
  const cut = kernels.select(parts, count);
  pruneNow(ground.plot, count);
  const masks = parts.map(({ words }) => words.slice());
  ground.restore();
  const [floor, fused, enforce] = await measure(
    [
      readWriteFloor(ground),
      { name: 'kernels.dropAndZero', run: dropAt(ground, cut) },
      {
        name: 'hostBackend().enforce',
        prepare: () => {
          for (const [i, words] of masks.entries()) parts[i]!.words.set(words);
        },
        run: () => backend.enforce(items),
      },
    ],
    { ...rounds(elements), prepare: ground.restore },
  );
  const options = { group: 'apply', elements };
  return [rowOf(fused!, floor!, { ...options, goal: 'apply' }), rowOf(enforce!, floor!, options)];
}

async function applySubnormal({ rounds, bed }: Context, elements: number): Promise<Row> {
  const ground = await bed(elements, SUBNORMAL);
  const { kernels, parts } = ground.plot;
  const count = budgetOf(ground);
  const cut = kernels.select(parts, count);
  // A power of two more, so that both have the same elements below the cut.
  const scale = 2 ** 64;
  const normals = ground.originals.map((value) => value * scale);
  ground.values.set(normals);
  const normalCut = kernels.select(parts, count);
  const [normal, subnormal] = await measure(
    [
      {
        name: 'the same weights as normals',
        prepare: () => ground.values.set(normals),
        run: dropAt(ground, normalCut),
      },
      {
        name: 'kernels.dropAndZero, subnormals',
        prepare: () => ground.values.set(ground.originals),
        run: dropAt(ground, cut),
      },
    ],
    { ...rounds(elements), prepare: ground.restore },
  );
  return rowOf(subnormal!, normal!, { group: 'apply', elements, goal: 'apply-subnormal' });
}
