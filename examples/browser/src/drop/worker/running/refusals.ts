import { PruneError } from '@synaprune/core';

/** What runtimes say when they refuse a model, and what that means. */
const MEANINGS: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [
    /find an implementation for (?:the node .*?:)?\s*(\w+)\((\d+)\)/i,
    ([, operator, opset]) =>
      `it has no kernel for the operator ${operator} (version ${opset}) with these types of numbers`,
  ],
  [
    /([\w.:]+)\(-?\d*\) is not a registered function\/op/i,
    ([, operator]) => `it does not know the operator ${operator}`,
  ],
  [/No Op registered for (\w+)/i, ([, operator]) => `it does not know the operator ${operator}`],
  [
    /Unknown op '(\w+)'|'(\w+)' not in .*registered/i,
    ([, one, other]) => `it does not know the operator ${one ?? other}`,
  ],
  [
    /Unknown layer: (\w+)/i,
    ([, layer]) => `it does not know the layer ${layer}, which somebody wrote for this model`,
  ],
  [/Kernel '(\w+)' not registered/i, ([, kernel]) => `it has no kernel for the operator ${kernel}`],
  [/unsupported model ir version/i, () => 'the model is of a newer version of ONNX than it reads'],
  [/opset .*(?:under development|only \*guarantees\*)/i, () => 'the model is of a newer opset than it reads'],
  [
    /bad_alloc|out of memory|memory access out of bounds|allocation failed|failed to allocate|could not allocate/i,
    () => 'it ran out of memory. Smaller lengths of the inputs take less',
  ],
  [
    /dimension|shape|broadcast|incompatible|invalid input|size/i,
    () =>
      'it cannot compute with inputs of these lengths. Set those that the model was made for, under Inputs',
  ],
];

/** Why a runtime refuses a model, in words; what it says itself in brackets is left out. */
export function refusalOf(runtime: string, error: unknown): string {
  const said = messageOf(error);
  for (const [pattern, mean] of MEANINGS) {
    const found = pattern.exec(said);
    if (found !== null) return `${runtime} cannot run this model: ${mean(found)}`;
  }
  return `${runtime} cannot run this model, and says nothing that would help here`;
}

/** What an error says, and what caused it. */
export function messageOf(error: unknown): string {
  if (error instanceof PruneError && error.cause !== undefined)
    return `${error.message} ${messageOf(error.cause)}`;
  return error instanceof Error ? error.message : String(error);
}
