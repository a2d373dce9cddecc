import type { Notice } from '@synaprune/core';
import type { Comparison } from '@synaprune/onnxruntime';

/** What a model takes: bytes on the disk and as sent, and the median of a run. */
export interface ModelCost {
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
  /** Milliseconds of a run on one thread; `null` where it was not run. */
  readonly ms: number | null;
}

/** Something that lost a part. */
export interface Removed {
  readonly name: string;
  /** What was removed of it. */
  readonly kind: 'channels' | 'units' | 'heads' | 'weights';
  /** How many there were. */
  readonly total: number;
  readonly removed: number;
}

/** Something that stays whole, and why. */
export interface Held {
  readonly name: string;
  /** How many there are; `null` where that is not known. */
  readonly total: number | null;
  readonly heldBy: string;
}

/** How far a model was trained on. */
export interface Trained {
  /** The steps or seconds that were told, the steps that are usual, that nothing got better any more, or a loss that was lost. */
  readonly endedBy: 'steps' | 'seconds' | 'usual steps' | 'no gain' | 'setbacks';
  readonly steps: number;
  /** Whether it was told to prune on the way. */
  readonly pruned: boolean;
}

/** What a command found out about a model before and after. */
export interface Findings {
  readonly command: string;
  /** Paths, as they were given. */
  readonly model: string;
  /** `null` where nothing was written. */
  readonly out: string | null;
  readonly before: ModelCost;
  readonly after: ModelCost;
  /** In [0, 1]; `null` where the models were not run. */
  readonly agreement: number | null;
  /** The share of samples answered as before at every position. */
  readonly sameSamples: number | null;
  readonly samples: number;
  readonly speedup: number | null;
  readonly outputs: Comparison['outputs'];
  /** In the order in which a model is computed. */
  readonly removed: readonly Removed[];
  readonly held: readonly Held[];
  readonly notices: readonly Notice[];
  /** What ran the models. */
  readonly runtime: string | null;
  /** Of `finetune`; for advice, and no part of the JSON. */
  readonly trained?: Trained;
  /** What only this command finds out, by name. */
  readonly more?: Readonly<Record<string, unknown>>;
}
