import type { Answers, SensitivityCurve } from '@synaprune/refit';
import type { Ground, Lengths, Unit } from '../../state';
import type { Turn } from '../turn';

/** What models are run on. */
export interface BenchOptions {
  /** Lengths that the model leaves open. */
  readonly lengths: Lengths;
  /** Drawn lines instead of noise. */
  readonly lines: boolean;
}

/** A model, loaded. */
export interface Loaded {
  run(sample: number): Promise<Answers>;
  /** Milliseconds of so many runs, one after the other. */
  time(sample: number, runs: number): Promise<number>;
  release(): Promise<void>;
}

/** A layer at a level, tried. */
export interface Tried {
  readonly done: number;
  readonly total: number;
  readonly layer: string;
  readonly sparsity: number;
  readonly agreement: number;
}

/** A runtime with samples for a model. */
export interface Bench<Content> {
  readonly ground: Ground;
  /** How many samples there are at most. */
  readonly samples: number;
  /** How many are run however long that takes. */
  readonly fewest: number;
  load(content: Content): Promise<Loaded>;
  /** What each layer bears: each loses some of it alone. */
  scan(
    content: Content,
    unit: Unit,
    samples: number,
    turn: Turn,
    onTried: (tried: Tried) => void,
  ): Promise<readonly SensitivityCurve[]>;
  dispose(): Promise<void>;
}
