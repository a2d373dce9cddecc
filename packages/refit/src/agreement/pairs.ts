import { PruneError } from '@synaprune/core';
import { describe, elementsOf, isRecord, listNames, quote } from '@synaprune/core/checks';
import { type Answer, type Answers, isFloats } from './answers.js';

/** One output of two models. */
export interface OutputPair {
  readonly name: string;
  readonly before: Answer;
  readonly after: Answer;
  readonly floats: boolean;
  /** Whether the two have one shape. */
  readonly alike: boolean;
}

/**
 * The outputs of two models, each beside the other.
 *
 * @param known the outputs of the answers before these, if there were any
 * @throws PruneError `answer-mismatch`
 */
export function pairAnswers(before: Answers, after: Answers, known: readonly string[]): OutputPair[] {
  const names = known.length > 0 ? known : Object.keys(before);
  for (const answers of [before, after]) {
    const given = Object.keys(answers);
    if (given.length === names.length && given.every((name) => names.includes(name))) continue;
    throw mismatch(`the outputs ${listNames(names)}`, listNames(given));
  }
  return names.map((name) => {
    const [one, other] = [before[name]!, after[name]!];
    requireFull(name, one);
    requireFull(name, other);
    const floats = isFloats(one.data);
    if (floats !== isFloats(other.data)) {
      throw mismatch(
        `output ${quote(name)} of one type`,
        `${describe(one.data)} and ${describe(other.data)}`,
      );
    }
    return { name, before: one, after: other, floats, alike: String(one.dims) === String(other.dims) };
  });
}

function requireFull(name: string, { data, dims }: Answer): void {
  if (data.length === elementsOf(dims)) return;
  throw mismatch(
    `output ${quote(name)} to have the ${elementsOf(dims)} elements of its shape [${dims.join(', ')}]`,
    String(data.length),
  );
}

/** What two models do not have in common though they should. */
export function mismatch(needed: string, got: string): PruneError {
  return new PruneError('answer-mismatch', `an agreement needs ${needed}, got ${got}`);
}

/** The axes of classes by output. @throws TypeError when they are neither names nor axes by name */
export function axesOf(caller: string, classes: unknown): ReadonlyMap<string, number> {
  if (classes === undefined) return new Map();
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(classes)
    ? classes.map((name) => [name, -1])
    : isRecord(classes)
      ? Object.entries(classes)
      : [[classes, -1]];
  return new Map(
    entries.map(([name, axis]) => {
      if (typeof name === 'string' && typeof classes !== 'string' && Number.isInteger(axis)) {
        return [name, axis as number];
      }
      throw new TypeError(
        `${caller} needs classes to be a list of outputs, or axes by output, got ${describe(classes)}`,
      );
    }),
  );
}

/** An axis as counted from the front. @throws RangeError when the output has no such axis */
export function frontAxisOf(name: string, axis: number, { length }: readonly number[]): number {
  if (axis >= -length && axis < length) return axis < 0 ? axis + length : axis;
  throw new RangeError(
    `classes says that those of ${quote(name)} are on axis ${axis}, but it has ${length} axes`,
  );
}
