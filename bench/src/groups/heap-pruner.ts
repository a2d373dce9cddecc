import { constantSparsity, createPruner, elementBudget, type Pruner } from '@synaprune/core';
import { pruneNow } from '../bed.js';
import { type Context, fewRounds } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { createHeapPlot } from '../heap-plot.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { readWriteFloor } from './floors.js';

/** Most elements that a peer sorts. */
const MOST = 1e7;
const SPARSITIES = [0.5, 0.8, 0.95];

/** What a user of the backend for main memory calls: a first update and an enforce; every enforce after that. */
export async function measureHeapPruner(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of context.sizes) {
    context.say(`pruner on the JavaScript heap, ${elements} weights`);
    if (elements <= MOST) rows.push(await measureFirst(context, elements));
    rows.push(...(await measureEnforce(context, elements)));
  }
  return rows;
}

/** The first update of a pruner and an enforce, against sorting a copy of the same weights. */
async function measureFirst({ rounds, bed }: Context, elements: number): Promise<Row> {
  const ground = await bed(elements, GAUSSIAN);
  const plot = createHeapPlot(ground, ground.plot.kernels);
  const { originals } = ground;
  // Made once, or what is measured next would pay for the garbage.
  const copy = originals.slice();
  let pruner: Pruner | undefined;
  const [first, sort] = await measure(
    [
      {
        name: 'first pruner.update, pruner.enforce',
        prepare: () => {
          pruner?.dispose();
          plot.restore();
          pruner = createPruner({
            backend: plot.backend,
            weights: plot.items.map(({ weight }, i) => ({ name: `w${i}`, weight })),
            schedule: constantSparsity(ground.distribution().sparsity),
          });
        },
        run: async () => {
          await pruner!.update(0);
          await pruner!.enforce();
        },
      },
      {
        name: 'Float32Array.sort of a copy',
        run: () => {
          copy.set(originals);
          copy.sort();
        },
      },
    ],
    { ...rounds(elements), samples: fewRounds(rounds(elements)).samples, limitSeconds: 120 },
  );
  pruner?.dispose();
  return rowOf(first!, sort!, { group: 'heap', elements, cheaper: true, goal: 'heap-first' });
}

/** Enforcing masks of single weights: after a step that moved every weight, and when none has moved. */
async function measureEnforce({ rounds, bed }: Context, elements: number): Promise<Row[]> {
  const ground = await bed(elements, GAUSSIAN);
  const plot = createHeapPlot(ground, ground.plot.kernels);
  const { backend, items } = plot;
  const enforce = () => backend.enforce(items);
  const rows: Row[] = [];
  for (const sparsity of SPARSITIES) {
    plot.restore();
    pruneNow(plot, elementBudget(sparsity, elements));
    const masks = items.map(({ mask }) => mask.words.slice());
    const step = () => {
      plot.restore();
      for (const [i, words] of masks.entries()) items[i]!.mask.words.set(words);
    };
    const percent = `${Math.round(100 * sparsity)} %`;
    const [floor, ...enforced] = await measure(
      [
        readWriteFloor(ground),
        { name: `enforce, ${percent}, after a step`, prepare: step, run: enforce },
        { name: `enforce, ${percent}, nothing moved`, prepare: enforce, run: enforce },
      ],
      { ...rounds(elements), prepare: ground.restore },
    );
    rows.push(
      ...enforced.map((timing) => rowOf(timing, floor!, { group: 'heap', elements, goal: 'heap-enforce' })),
    );
  }
  return rows;
}
