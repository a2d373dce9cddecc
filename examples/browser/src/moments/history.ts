/** What happened at each step so far. Plain data. */
export interface History {
  /** Loss of the batch of each step. */
  readonly losses: number[];
  /** Steps taken before a mask update, and the sparsity after it. */
  readonly sparsity: [step: number, value: number][];
  /** Steps taken before a test, and its metric. */
  readonly scores: [step: number, value: number][];
  /** The same of the dense twin, from where it left the run. */
  readonly denseScores: [step: number, value: number][];
}

export function emptyHistory(): History {
  return { losses: [], sparsity: [], scores: [], denseScores: [] };
}

/** A copy that no later step changes. */
export function copyHistory({ losses, sparsity, scores, denseScores }: History): History {
  return {
    losses: [...losses],
    sparsity: [...sparsity],
    scores: [...scores],
    denseScores: [...denseScores],
  };
}

/** The running mean of the last `width` values at each place. */
export function smooth(values: readonly number[], width: number): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (values[i - width] ?? 0);
    return sum / Math.min(i + 1, width);
  });
}

/** The last value at or before a step; `null` before the first. */
export function valueAt(series: readonly (readonly [number, number])[], step: number): number | null {
  let found: number | null = null;
  for (const [at, value] of series) {
    if (at > step) break;
    found = value;
  }
  return found;
}

/** A row of the table that says what the charts show. */
export interface Sample {
  readonly step: number;
  readonly loss: number;
  readonly score: number | null;
  /** The dense twin's; before it left the run, the run's own. */
  readonly denseScore: number | null;
  readonly sparsity: number | null;
}

/** At most `rows` rows, evenly spread, the last step among them. */
export function sampleHistory(history: History, rows: number): Sample[] {
  const steps = history.losses.length;
  const losses = smooth(history.losses, SMOOTHING);
  const count = Math.min(rows, steps);
  return Array.from({ length: count }, (_, row) => {
    const step = Math.round(((row + 1) * steps) / count);
    return {
      step,
      loss: losses[step - 1]!,
      score: valueAt(history.scores, step),
      denseScore: valueAt(history.denseScores, step) ?? valueAt(history.scores, step),
      sparsity: valueAt(history.sparsity, step),
    };
  });
}

/** Batches over which a shown loss is averaged. */
export const SMOOTHING = 15;
