/** A forward graph, and the names of the kernels that are pruned. */
export interface Model {
  readonly bytes: Uint8Array;
  readonly kernels: readonly string[];
}
