import { type Notice, PruneError, type RecipeOptions, readRecipe } from '@synaprune/core';
import { legible, listNames, quote } from '@synaprune/core/checks';
import { readText } from './read-text.js';

/** What a recipe says to somebody who prunes once. */
export interface OneShotRecipe
  extends Pick<
    RecipeOptions,
    'select' | 'score' | 'distribution' | 'pattern' | 'floor' | 'ceiling' | 'keepZeros'
  > {
  /** What its schedule ends at, in [0, 1]. */
  readonly sparsity: number;
  readonly notices: readonly Notice[];
}

const LARGEST = 2 ** 20;

/**
 * A recipe of a JSON file, for pruning once: what only training could use of it is told as a notice.
 *
 * @throws PruneError `bad-inputs` when it cannot be read, or something is wrong in it
 */
export async function readRecipeFile(path: string): Promise<OneShotRecipe> {
  const refuse = (why: string, cause?: unknown) =>
    new PruneError('bad-inputs', `--recipe ${quote(path, 500)}: ${why}`, { cause });
  const text = await readText(path, refuse);
  if (text.length > LARGEST) throw refuse(`${text.length} characters are more than any recipe has`);
  let recipe: RecipeOptions;
  try {
    recipe = readRecipe(JSON.parse(text));
  } catch (cause) {
    throw refuse(legible((cause as Error).message), cause);
  }
  const { schedule, every, regrow, rule, untrained, ...rest } = recipe;
  const unused = Object.entries({ every, regrow, rule, untrained }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  const message = `${listNames(unused)} of the recipe are for training, and this prunes once`;
  return {
    ...rest,
    sparsity: schedule(schedule.end ?? 0),
    notices: unused.length === 0 ? [] : [{ code: 'recipe-unused', message }],
  };
}
