/** A layer pruned alone, to be tried. */
export interface Trial {
  /** The weight or group. */
  readonly name: string;
  /** Elements of the weight, or channels of the group. */
  readonly elements: number;
  /** Of these, how many are pruned. */
  readonly pruned: number;
  /** What differs from the dense model. */
  readonly change: Change;
}

/** How a model is changed: values of some of its tensors, or another file altogether. */
export type Change = { readonly values: ReadonlyMap<string, Float32Array> } | { readonly model: Uint8Array };

/** What is tried, and what has to be fed for that. */
export interface TrialPlan {
  /** Tensors that trials change, with the values that they have. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
  /** Weights or groups. */
  readonly count: number;
  /** Every layer at a level, in the order of the model. Trials of one layer may be equal at two levels. */
  at(level: number): AsyncIterable<Trial>;
}
