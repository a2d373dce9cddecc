import { budgetOf, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN, TIES } from '../distributions.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { readFloor } from './floors.js';

/** Exact selection of the cut, weights in a WebAssembly memory, against the read floor. */
export async function measureSelect(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of context.sizes) {
    context.say(`select, ${elements} weights`);
    rows.push(...(await selectGaussian(context, elements)), await selectTies(context, elements));
  }
  return rows;
}

async function selectGaussian({ rounds, bed }: Context, elements: number): Promise<Row[]> {
  const ground = await bed(elements, GAUSSIAN);
  const count = budgetOf(ground);
  const { kernels, backend, parts, items } = ground.plot;
  // Half of the weights gone: what later updates of a run begin with.
  const half = Math.floor(elements / 2);
  pruneNow(ground.plot, half);
  const halfMasks = parts.map(({ words }) => words.slice());
  ground.restore();
  const [floor, direct, verb, later] = await measure(
    [
      readFloor(ground),
      { name: 'kernels.select', run: () => kernels.select(parts, count) },
      {
        name: 'hostBackend().findCut',
        run: () => backend.findCut(items, count),
      },
      {
        name: 'kernels.select, half dropped before',
        prepare: () => {
          for (const [i, words] of halfMasks.entries()) parts[i]!.words.set(words);
        },
        run: () => kernels.select(parts, count - half),
      },
    ],
    { ...rounds(elements), prepare: ground.restore },
  );
  const options = { group: 'select', elements };
  return [
    rowOf(direct!, floor!, { ...options, goal: 'select' }),
    rowOf(verb!, floor!, { ...options, goal: 'select' }),
    rowOf(later!, floor!, options),
  ];
}

async function selectTies({ rounds, bed }: Context, elements: number): Promise<Row> {
  const ground = await bed(elements, TIES);
  const count = budgetOf(ground);
  const { kernels, parts } = ground.plot;
  const [floor, direct] = await measure(
    [readFloor(ground), { name: 'kernels.select, heavy ties', run: () => kernels.select(parts, count) }],
    { ...rounds(elements), prepare: ground.restore },
  );
  return rowOf(direct!, floor!, { group: 'select', elements, goal: 'select-ties' });
}
