import { listText } from './words.js';

/** Runs of several arms, brought to the seeds that all of them have. */
export interface Shared<Value> {
  readonly values: readonly (readonly Value[])[];
  /** How many runs of each arm stand in a mean; 0 where the arms share none, and each keeps its own. */
  readonly count: number;
  /** What is left out, or lacks a partner, for people; empty where every arm has every run. */
  readonly note: string;
}

/**
 * Brings lists to the places that all of them have, so that a mean over one is compared with a mean over the same seeds
 * of another. Where there is no such place, each keeps its own, and the note says so.
 *
 * @param names of the lists, in order
 * @param placeOf where in the design a value stands: `seed 42`
 */
export function shareSeeds<Value>(
  lists: readonly (readonly Value[])[],
  names: readonly string[],
  placeOf: (value: Value) => string,
): Shared<Value> {
  const places = lists.map((list) => new Set(list.map(placeOf)));
  const all = [...new Set(places.flatMap((set) => [...set]))];
  const shared = new Set(all.filter((place) => places.every((set) => set.has(place))));
  const missing = names.flatMap((name, index) => {
    const lacks = all.filter((place) => !places[index]!.has(place));
    return lacks.length === 0
      ? []
      : `${name} lacks ${lacks.length > 3 ? `${lacks.length} runs` : listText(lacks)}`;
  });
  if (missing.length === 0) return { values: lists, count: all.length, note: '' };
  if (shared.size === 0) {
    return { values: lists, count: 0, note: `not of the same runs: ${missing.join('; ')}` };
  }
  return {
    values: lists.map((list) => list.filter((value) => shared.has(placeOf(value)))),
    count: shared.size,
    note: `over the ${shared.size} of ${all.length} that every arm has: ${missing.join('; ')}`,
  };
}
