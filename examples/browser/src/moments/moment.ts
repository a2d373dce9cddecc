import type { Run } from '../training/run';
import { packModel } from './measure';

/** A run's model as it was at one moment, whole. */
export interface Moment {
  /** Steps taken. */
  readonly step: number;
  /** Share of the prunable weights that were dropped. */
  readonly sparsity: number;
  /** How good the model was on the test part. */
  readonly score: number;
  /** The model, exactly, in one sparse file. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Whether it is from after the run's last step, on the way to 99 %. */
  readonly onward: boolean;
}

/** Keeps what a run's model is now. */
export async function takeMoment(
  run: Run,
  { score, sparsity, onward = false }: Pick<Moment, 'score' | 'sparsity'> & { readonly onward?: boolean },
): Promise<Moment> {
  const packed = await packModel(await run.save({ optimizer: false }));
  return { step: run.position(), sparsity, score, packed, onward };
}

/** Adds a moment; one of the same step and kind gives way to it. */
export function addMoment(moments: Moment[], moment: Moment): void {
  const last = moments.at(-1);
  if (last?.step === moment.step && last.onward === moment.onward) moments.pop();
  moments.push(moment);
}

/** The last moment of the run itself before so many steps; `null` where there was none. */
export function momentBefore(moments: readonly Moment[], position: number): Moment | null {
  return moments.findLast(({ step, onward }) => !onward && step < position) ?? null;
}

/** The last moment at each sparsity, to a tenth of a per cent: what a curve of accuracy against kilobytes is drawn through. */
export function lastAtEachSparsity(moments: readonly Moment[]): readonly Moment[] {
  return [...new Map(moments.map((moment) => [Math.round(1000 * moment.sparsity), moment])).values()];
}
