/** One layer that has a kernel. */
export interface TfliteLayer {
  /** The tensor that it gives: operators have no names. */
  readonly name: string;
  /** The operator: `CONV_2D`. */
  readonly op: string;
  /** The name of its kernel. */
  readonly weight: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements of the kernel that are zero. */
  readonly zeros: number;
  readonly stored: 'dense' | 'sparse';
  /** How XNNPACK runs it as the file is. */
  readonly runs: 'dense' | 'sparse';
  /** How it would when more than two thirds of the 1×1 filters are zero and `pruneTflite` has stored them sparse. */
  readonly could: 'dense' | 'sparse';
  /** Why it does not run sparse; of one that could, what it lacks. Empty for one that does. */
  readonly reason: string;
}

/** What of a model runs sparse, and what holds the rest. */
export interface TfliteLint {
  /** In the order in which they run. */
  readonly layers: readonly TfliteLayer[];
  /** Why XNNPACK would answer wrongly as the file is, or stop; `undefined` where nothing says so. */
  readonly wrong: string | undefined;
}
