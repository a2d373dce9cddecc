import { isFloat, type Value } from '@synaprune/onnx/graph';
import type { TapeRecord } from '../tape/tape.js';

/** These read how large a value is, never what is in it. */
const MEASURES = new Set(['Shape', 'Size']);

/**
 * Where what is computed of `leaves` stops being floats on its way to `loss`: comparisons, casts to integers, the
 * place of the largest. Like a function in steps, they let no gradient through.
 *
 * @returns the places of those nodes, in the order of the graph
 */
export function stepsOnTheWay(
  records: readonly TapeRecord[],
  leaves: readonly Value[],
  loss: Value,
): readonly string[] {
  const reached = new Set<Value | undefined>(leaves);
  const ways = records.filter(({ op, inputs, outputs }) => {
    if (MEASURES.has(op) || !inputs.some((input) => reached.has(input))) return false;
    for (const output of outputs) reached.add(output);
    return true;
  });
  const needed = new Set<Value | undefined>([loss]);
  const places: string[] = [];
  for (const { inputs, outputs, place } of ways.reverse()) {
    if (!outputs.some((output) => needed.has(output))) continue;
    for (const input of inputs) needed.add(input);
    const fromFloats = inputs.some(
      (input) => input !== undefined && reached.has(input) && isFloat(input.type),
    );
    if (fromFloats && !outputs.some((output) => isFloat(output.type))) places.unshift(place);
  }
  return places;
}
