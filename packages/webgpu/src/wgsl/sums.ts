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
