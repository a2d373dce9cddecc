import * as tf from '@tensorflow/tfjs';

/**
 * Adam divides its moments by 1 − βᵗ. It multiplies the power up step by step, and tfjs does not save it:
 * on loading it computes `pow(β, t)`, which differs in the last bits, and so does every later step.
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

/** Sets the powers exactly; leaves an optimizer alone that has others. */
export function writeBetaPowers(optimizer: tf.Optimizer | undefined, values: readonly number[]): void {
  const powers = betaPowers(optimizer);
  if (powers.length !== values.length) return;
  tf.tidy(() => {
    for (const [i, power] of powers.entries()) power.assign(tf.scalar(values[i]!));
  });
}

function betaPowers(optimizer: tf.Optimizer | undefined): tf.Variable[] {
  const { accBeta1, accBeta2 } = (optimizer ?? {}) as BetaPowers;
  return [accBeta1, accBeta2].filter((power): power is tf.Variable => power instanceof tf.Variable);
}
