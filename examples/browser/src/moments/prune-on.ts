import { recipeOf } from '../training/recipe';
import type { Run, RunSettings } from '../training/run';
import { addMoment, type Moment, takeMoment } from './moment';

/** Where a finished run is pruned on to, in shares of the weights. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99];
/** A level that is nearer than this to where the run ended shows nothing new. */
const NEAREST = 0.01;

/** The levels that are left from a sparsity on. */
export function levelsFrom(sparsity: number): readonly number[] {
  return LEVELS.filter((level) => level >= sparsity + NEAREST);
}

/** Steps that a run trains on at each level: a fifteenth of its own, and two updates of the masks at least. */
export function stepsALevel({ steps }: RunSettings): number {
  return Math.max(2 * recipeOf(steps, 0).every, Math.round(steps / 15));
}

/**
 * Prunes a finished run on, level by level, training at each; what it comes to is kept as moments.
 *
 * @param open a copy of the run whose target the given function tells; it is disposed of here
 * @param around lets the page answer, and is told after each level
 */
export async function pruneOn(
  {
    settings,
    sparsity,
    moments,
  }: {
    readonly settings: RunSettings;
    readonly sparsity: number;
    readonly moments: Moment[];
  },
  open: (target: () => number) => Promise<Run>,
  around: { readonly told: () => void; readonly breathe: () => Promise<void> },
): Promise<void> {
  let target = sparsity;
  const run = await open(() => target);
  try {
    for (const level of levelsFrom(sparsity)) {
      target = level;
      let reached = sparsity;
      for (let step = 0; step < stepsALevel(settings); step += 1) {
        const done = await run.step();
        reached = done.sparsity ?? reached;
        await around.breathe();
      }
      const score = await run.evaluate();
      addMoment(moments, await takeMoment(run, { score, sparsity: reached, onward: true }));
      around.told();
    }
  } finally {
    run.dispose();
  }
}
