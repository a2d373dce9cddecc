import { THREADS } from './tiles.js';

/*
 * Sums over a workgroup, by subgroups where the device has them: one atomic addition a subgroup rather than one a
 * thread. `sum_total[i]` is read after a barrier.
 */

/** Declares `sum_total` with room for `count` sums. Goes in front of everything else when there are subgroups. */
export function sumDeclarations(count: number): string {
  return `var<workgroup> sum_total: array<atomic<u32>, ${count}>;`;
}

/** Adds an expression to a sum. All threads of the workgroup must come by. */
export function addToSum(index: number, expression: string, subgroups: boolean): string {
  return subgroups
    ? `{ let part = subgroupAdd(${expression}); if (subgroupElect()) { atomicAdd(&sum_total[${index}], part); } }`
    : `{ let part = ${expression}; if (part > 0u) { atomicAdd(&sum_total[${index}], part); } }`;
}

/** The first line of a module with sums. */
export function sumHeader(subgroups: boolean): string {
  return subgroups ? 'enable subgroups;\n' : '';
}

/**
 * `sum_upto(thread, own)`: the sum of `own` of all threads up to and including this one. All threads of the workgroup
 * must come by; two calls need a barrier between them.
 */
export const RUNNING_SUM: string = `
var<workgroup> upto: array<u32, ${THREADS}>;
fn sum_upto(thread: u32, own: u32) -> u32 {
  upto[thread] = own;
  workgroupBarrier();
  for (var reach = 1u; reach < ${THREADS}u; reach *= 2u) {
    var sum = upto[thread];
    if (thread >= reach) { sum += upto[thread - reach]; }
    workgroupBarrier();
    upto[thread] = sum;
    workgroupBarrier();
  }
  return upto[thread];
}`;
