import { elementBudget, PruneError } from '@synaprune/core';
import type { Groups } from '../kernels/kernels.js';
import { curvatureOf, inverseOf } from './curvature.js';
import type { CheckedMask } from './mask-options.js';

/** What goes when weights go one after the other, as flags of `[rows, features]`: 1 for kept. */
export async function removeByObc(
  { weights, rows, features, moments, sparsity, scope, kernels }: CheckedMask,
  groups: Groups | undefined,
  watch: (done: number) => Promise<void> | undefined,
): Promise<Uint8Array> {
  const curvature = curvatureOf(moments!);
  const remover = kernels.createRemover(inverseOf(kernels, curvature, features), features);
  const kept = new Uint8Array(rows * features).fill(1);
  const budget = budgetsOf(sparsity, rows, features, groups);
  const traces: { readonly order: Int32Array; readonly losses: Float64Array }[] = [];
  for (let row = 0; row < rows; row += 1) {
    const from = row * features;
    const steps = scope === 'weight' ? features : budget(row);
    const trace = remover.remove(Float64Array.from(weights.subarray(from, from + features)), steps, groups);
    if (scope === 'weight') traces.push(trace);
    else for (const j of trace.order) kept[from + j] = 0;
    await watch(row + 1);
  }
  if (scope === 'weight') mergeTraces(traces, budget(undefined), features, kept);
  return kept;
}

/**
 * How many go of a row, or of all: what core drops of single weights, where rows lose alike up to one, and of N of M, which
 * counts those that its groups can spare.
 *
 * @throws PruneError `invalid-sparsity` where groups cannot spare so many
 */
function budgetsOf(
  sparsity: number,
  rows: number,
  features: number,
  groups: Groups | undefined,
): (row: number | undefined) => number {
  if (groups === undefined) {
    const upTo = (row: number): number => elementBudget(sparsity, row * features);
    return (row) => (row === undefined ? upTo(rows) : upTo(row + 1) - upTo(row));
  }
  const { keep, of } = groups;
  const whole = (of - keep) / of;
  if (sparsity / whole > 1 + 2 ** -48) {
    throw new PruneError(
      'invalid-sparsity',
      `keeping ${keep} of ${of} drops ${whole} at most; ${sparsity} was asked for`,
    );
  }
  const spare = Math.floor(features / of) * (of - keep) + Math.max(0, (features % of) - keep);
  const share = Math.min(1, sparsity / whole);
  return (row) => elementBudget(share, row === undefined ? spare * rows : spare);
}

/** Takes the cheapest next step of any row, the first of equals, until so many have gone. */
function mergeTraces(
  traces: readonly { readonly order: Int32Array; readonly losses: Float64Array }[],
  budget: number,
  features: number,
  kept: Uint8Array,
): void {
  const steps = new Int32Array(traces.length);
  const cost = (row: number): number => traces[row]!.losses[steps[row]!] ?? Number.POSITIVE_INFINITY;
  const before = (a: number, b: number): boolean => cost(a) < cost(b) || (cost(a) === cost(b) && a < b);
  // A heap of rows by what their next step costs.
  const heap = Int32Array.from({ length: traces.length }, (_, row) => row);
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return;
      const row = heap[at]!;
      heap[at] = heap[least]!;
      heap[least] = row;
      at = least;
    }
  };
  for (let at = heap.length >> 1; at >= 0; at -= 1) sink(at);
  for (let gone = 0; gone < budget; gone += 1) {
    const row = heap[0]!;
    const j = traces[row]!.order[steps[row]!];
    if (j === undefined) return;
    kept[row * features + j] = 0;
    steps[row]! += 1;
    sink(0);
  }
}
