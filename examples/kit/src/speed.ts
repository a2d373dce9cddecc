import { difference, factor, milliseconds } from './format.js';
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

/** One model in two copies, of which one can be accelerated. */
export interface AccelerationParts<Layer> {
  /** Predicts so many samples, always the same; answers when the result can be read. */
  readonly dense: (count: number) => ArrayLike<number>;
  readonly accelerated: (count: number) => ArrayLike<number>;
  /** Accelerates the second copy: `accelerate` of `@synaprune/tfjs`, with so many samples as its inputs. */
  readonly accelerate: (count: number) => {
    readonly report: { readonly layers: readonly Layer[] };
    release(): void;
  };
  /** Samples of one prediction. */
  readonly batches: readonly number[];
  /** Samples whose predictions are held against each other. */
  readonly compared: number;
}

/** What acceleration makes of a model. */
export interface AccelerationResult<Layer> {
  readonly speeds: readonly Speed[];
  /** The largest difference of two predictions. */
  readonly largestDifference: number;
  /** What multiplies in each layer. */
  readonly layers: readonly Layer[];
}

/** Accelerates one copy of a model, holds its predictions against the other's, and times both in turns. */
export async function compareAcceleration<Layer>(
  { dense, accelerated, accelerate, batches, compared }: AccelerationParts<Layer>,
  options: TimingOptions = {},
): Promise<AccelerationResult<Layer>> {
  const { report, release } = accelerate(batches[0]!);
  try {
    const farthest = largestDifference(dense(compared), accelerated(compared));
    const speeds = await compareSpeeds({ dense, accelerated }, batches, options);
    return { speeds, largestDifference: farthest, layers: report.layers };
  } finally {
    release();
  }
}

/** Nearer to 1 than this a ratio of two times says nothing. */
const SAME = 0.05;

/** What came out, in words: `4.1 × faster (0.051 ms instead of 0.21 ms)`. */
export function speedText({ milliseconds: { dense, accelerated }, speedup }: Speed): string {
  const times = `${milliseconds(accelerated)} instead of ${milliseconds(dense)}`;
  if (Math.abs(speedup - 1) < SAME) return `no faster and no slower (${times})`;
  return speedup > 1 ? `${factor(speedup)} faster (${times})` : `${factor(1 / speedup)} slower (${times})`;
}

/** How an acceleration is told. */
export interface AccelerationWords {
  /** What the model does: `predicts`. */
  readonly verb: string;
  /** A prediction of one: `one window`. */
  readonly one: string;
  /** Where it was timed: `on WebAssembly`. */
  readonly where: string;
  /** What comes out, and its unit: `no forecast moves by more than 0.1 births`. */
  readonly output: string;
  readonly unit?: string;
}

/** A layer as far as it is told. */
interface ToldLayer {
  readonly kernel: string;
  readonly why: string;
}

/** What acceleration made of a model, in sentences: faster or not, and how far its predictions moved. */
export function accelerationText(
  { speeds, largestDifference, layers }: AccelerationResult<ToldLayer>,
  { verb, one, where, output, unit }: AccelerationWords,
): string {
  const each = speeds.map(
    (speed) => `${speed.batch === 1 ? one : `${speed.batch} at once`} ${speedText(speed)}`,
  );
  const far = [difference(largestDifference), ...(unit === undefined ? [] : [unit])].join(' ');
  const moved = largestDifference === 0 ? 'moves' : `moves by more than ${far}`;
  return (
    `Through accelerate of @synaprune/tfjs it ${verb} ${each.join(' and ')} ${where}; ` +
    `no ${output} ${moved}. ${lastWord(speeds, layers)}`
  );
}

function lastWord(speeds: readonly Speed[], layers: readonly ToldLayer[]): string {
  if (layers.every(({ kernel }) => kernel === 'dense')) {
    const reasons = new Set(layers.map(({ why }) => why));
    return `Nothing is skipped: every layer stayed dense (${[...reasons].join('; ')}).`;
  }
  return speeds.some(({ speedup }) => speedup > 1 + SAME)
    ? 'Left alone, it multiplies zeros like any number.'
    : 'Here it does not pay.';
}

/** The largest difference of two lists of numbers; NaN where one has no number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
