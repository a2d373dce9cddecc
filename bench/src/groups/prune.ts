import { constantSparsity, createPruner, type Pruner } from '@synaprune/core';
import { budgetOf, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { bothFloors } from './floors.js';

/** A whole update, from weights and full masks to pruned weights and masks, against both floors. */
export async function measurePrune({ sizes, rounds, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`prune, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    const count = budgetOf(ground);
    const { backend, items } = ground.plot;
    let pruner: Pruner | undefined;
    const [floor, verbs, whole] = await measure(
      [
        bothFloors(ground),
        { name: 'hostBackend().findCut, dropAndEnforce', run: () => pruneNow(ground.plot, count) },
        {
          name: 'pruner.update',
          prepare: () => {
            pruner?.dispose();
            pruner = createPruner({
              backend,
              weights: items.map(({ weight }, i) => ({ name: `w${i}`, weight })),
              schedule: constantSparsity(ground.distribution().sparsity),
            });
          },
          run: () => pruner!.update(0),
        },
      ],
      { ...rounds(elements), prepare: ground.restore },
    );
    pruner?.dispose();
    const options = { group: 'prune', elements, goal: 'prune' };
    rows.push(rowOf(verbs!, floor!, options), rowOf(whole!, floor!, options));
  }
  return rows;
}
