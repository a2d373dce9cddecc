import { factor, milliseconds } from './format.js';
import { type TimingOptions, timeInTurns } from './timing.js';

/** Predictions of one model by dense and by packed products. */
export interface Speed {
  /** Samples of one prediction. */
  readonly batch: number;
  /** Of one prediction. */
  readonly milliseconds: { readonly dense: number; readonly accelerated: number };
  /** How many times faster the accelerated one is: the dense one's milliseconds divided by its own. */
  readonly speedup: number;
}

/** A prediction of so many samples, until it can be read. */
export type Predict = (batch: number) => void;

/** Compares the two ways at each batch, in turns. */
export async function compareSpeeds(
  { dense, accelerated }: { readonly dense: Predict; readonly accelerated: Predict },
  batches: readonly number[],
  options: TimingOptions = {},
): Promise<Speed[]> {
  const speeds: Speed[] = [];
  for (const batch of batches) {
    const [slow, fast] = await timeInTurns([() => dense(batch), () => accelerated(batch)], options);
    speeds.push({ batch, milliseconds: { dense: slow!, accelerated: fast! }, speedup: slow! / fast! });
  }
  return speeds;
}

/** Nearer to 1 than this a ratio of two times says nothing. */
const SAME = 0.05;

/** What came out, in words: `4.1 × faster (0.051 ms instead of 0.21 ms)`. */
export function speedText({ milliseconds: { dense, accelerated }, speedup }: Speed): string {
  const times = `${milliseconds(accelerated)} instead of ${milliseconds(dense)}`;
  if (Math.abs(speedup - 1) < SAME) return `no faster and no slower (${times})`;
  return speedup > 1 ? `${factor(speedup)} faster (${times})` : `${factor(1 / speedup)} slower (${times})`;
}

/** The largest difference of two lists of numbers; NaN where one has no number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
