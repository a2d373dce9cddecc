import { PruneError } from '../checks/errors.js';
import { describe, listNames, quote } from '../checks/legible.js';
import { requireList, requireOptions } from '../checks/require.js';
import type { TensorBackend } from '../contract/backend.js';
import type { NamedWeight } from '../score/named-weight.js';
import type { AskedPattern, Pattern } from '../selection/patterns/pattern.js';
import { applySelect, type Select } from '../selection/selectors.js';

/** A weight that the pruner has looked at. */
export interface Prunable<Weight> extends NamedWeight<Weight> {
  readonly shape: readonly number[];
  readonly elements: number;
}

/** What `createPruner` is told of its weights. */
interface GivenWeights<Weight, Mask> {
  readonly backend: TensorBackend<Weight, Mask>;
  readonly weights: readonly NamedWeight<Weight>[];
  readonly select?: Select;
}

/**
 * The weights that are pruned, and what goes as one of them.
 *
 * @throws TypeError | RangeError | PruneError when there is nothing to prune, or something twice
 */
export function checkWeights<Weight, Mask>(
  { backend, weights, select }: GivenWeights<Weight, Mask>,
  pattern: AskedPattern,
): { readonly weights: readonly Prunable<Weight>[]; readonly pattern: Pattern } {
  requireList('createPruner', 'weights', weights);
  if (weights.length === 0)
    throw new PruneError('no-weights', 'createPruner needs at least one weight, got none');
  const names = new Set<string>();
  const handles = new Map<Weight, string>();
  // Not `map`, which would pass over holes.
  const listed = Array.from(weights as readonly NamedWeight<Weight>[], (entry, i): Prunable<Weight> => {
    const { name, weight } = requireEntry(entry, i);
    if (names.has(name)) throw new PruneError('duplicate-name', `two weights are named ${quote(name)}`);
    names.add(name);
    const twin = handles.get(weight);
    if (twin !== undefined) {
      throw new PruneError('duplicate-weight', `${quote(twin)} and ${quote(name)} are one weight`);
    }
    handles.set(weight, name);
    const shape = [...backend.shape(weight)];
    const elements = requireElements(name, shape);
    return { name, weight, shape, elements };
  });
  const chosen = applySelect('createPruner', listed, select);
  if (chosen.length === 0) {
    throw new PruneError(
      'no-weights',
      `select leaves none of ${listNames([...names])}; it needs to leave one`,
    );
  }
  const fitted = pattern.over(listed, chosen);
  requireApart(backend, fitted.weights);
  return fitted;
}

function requireEntry<Weight>(entry: NamedWeight<Weight>, index: number): NamedWeight<Weight> {
  if (typeof entry !== 'object' || entry === null) {
    throw new TypeError(`every weight is { name, weight }, got ${describe(entry)}`);
  }
  requireOptions('createPruner', `weights[${index}]`, entry, ['name', 'weight']);
  if (typeof entry.name !== 'string' || entry.name === '') {
    throw new TypeError(`every weight needs a name, got ${describe(entry.name)}`);
  }
  return entry;
}

/** @throws PruneError `empty-weight`; RangeError when the shape is none */
function requireElements(name: string, shape: readonly number[]): number {
  const elements = shape.reduce((product, edge) => product * edge, 1);
  if (!shape.every((edge) => Number.isSafeInteger(edge) && edge >= 0) || !Number.isSafeInteger(elements)) {
    throw new RangeError(`weight ${quote(name)} needs a shape of whole numbers, got [${shape}]`);
  }
  if (elements === 0) {
    throw new PruneError('empty-weight', `weight ${quote(name)} has the shape [${shape}], no elements`);
  }
  return elements;
}

/**
 * Two views of one memory are one weight, or part of one: what is dropped in the one would be zeroed in the other,
 * and counted in neither.
 *
 * @throws PruneError `duplicate-weight` when two weights overlap, as far as the backend knows where they are
 */
function requireApart<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  weights: readonly Prunable<Weight>[],
): void {
  if (backend.extent === undefined) return;
  const memories = new Map<object, { readonly name: string; readonly from: number; readonly to: number }[]>();
  for (const { name, weight } of weights) {
    const { memory, byteOffset, byteLength } = backend.extent(weight);
    const ranges = memories.get(memory) ?? [];
    memories.set(memory, ranges);
    ranges.push({ name, from: byteOffset, to: byteOffset + byteLength });
  }
  for (const ranges of memories.values()) {
    ranges.sort((a, b) => a.from - b.from);
    for (const [i, { name, from }] of ranges.entries()) {
      const before = ranges[i - 1];
      if (before !== undefined && from < before.to) {
        throw new PruneError(
          'duplicate-weight',
          `${quote(before.name)} and ${quote(name)} overlap: bytes ${before.from} to ${before.to} and bytes ` +
            `${from} on of one memory; give each weight a memory, or a part of one, of its own`,
        );
      }
    }
  }
}
