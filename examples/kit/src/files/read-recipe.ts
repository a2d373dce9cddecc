import { type Recipe, readRecipe } from '@synaprune/core';
import { badData } from '../bad-data.js';
import { readPlainFile } from './read-plain-file.js';

/** The largest recipe that is read, bytes. */
const LARGEST_RECIPE = 2 ** 20;

/**
 * A recipe from a JSON file, checked.
 *
 * @throws PruneError `bad-data` when the file cannot be read, is no JSON, or has something wrong in it; the message
 *   names the nearest right word
 */
export function readRecipeFile(path: string): Recipe {
  const file = readPlainFile(path, { most: LARGEST_RECIPE });
  if (file.kind === 'refused') throw badData(`--recipe needs a JSON file, got ${path}: ${file.reason}`);
  try {
    const value: unknown = JSON.parse(file.bytes.toString('utf8'));
    readRecipe(value);
    return value as Recipe;
  } catch (error) {
    throw badData(`--recipe ${path}: ${(error as Error).message}`);
  }
}
