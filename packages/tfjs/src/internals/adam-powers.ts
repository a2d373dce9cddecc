import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * `private accBeta1` and `accBeta2` of Adam, `accBeta1` of Adamax.
 *
 * Written for tfjs-core 4.22.0. Adam divides its moments by 1 − βᵗ. It multiplies the power up step by step, and
 * `getWeights` leaves it out: `setWeights` computes `pow(β, t)`, which differs in the last bits, and so does every later
 * step. Where the fields are missing, an optimizer has no powers, and a run that is resumed differs in those bits.
 */
interface BetaPowers {
  readonly accBeta1?: unknown;
  readonly accBeta2?: unknown;
}

/** The powers an optimizer holds; none for those that have none. */
export async function readBetaPowers(optimizer: tf.Optimizer | undefined): Promise<number[]> {
  const values = await Promise.all(betaPowers(optimizer).map((power) => power.data()));
  return values.map((value) => value[0]!);
}

/**
 * Sets the powers exactly.
 *
 * @param values as {@link readBetaPowers} gave them, from wherever they have been since
 * @throws PruneError `state-corrupt` unless they are as many as the optimizer has, each in [0, 1); nothing has
 *   been written then
 */
export function writeBetaPowers(optimizer: tf.Optimizer | undefined, values: unknown): void {
  const powers = betaPowers(optimizer);
  if (!Array.isArray(values) || values.length !== powers.length || !values.every(isPower)) {
    const got = Array.isArray(values) ? JSON.stringify(values) : typeof values;
    throw new PruneError(
      'state-corrupt',
      `betaPowers need to be ${powers.length} numbers in [0, 1), as many as the loaded optimizer has; got ${got}`,
    );
  }
  tf.tidy(() => {
    for (const [i, power] of powers.entries()) power.assign(tf.scalar(values[i]!));
  });
}

function isPower(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}

function betaPowers(optimizer: tf.Optimizer | undefined): tf.Variable[] {
  const { accBeta1, accBeta2 } = (optimizer ?? {}) as BetaPowers;
  return [accBeta1, accBeta2].filter((power): power is tf.Variable => power instanceof tf.Variable);
}
