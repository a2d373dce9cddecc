// @ts-check
import { lossDifference, trainForecaster, trainTransformer } from '../training.mjs';
import { claimsPart } from './part.mjs';

/** Most that two devices' losses may differ by, relative to the loss: rounding, grown over the steps. */
const FLOAT_NOISE = 0.01;

/**
 * Two models trained under pruning, here and on tfjs's cpu backend.
 *
 * @param {typeof import('@tensorflow/tfjs')} tf
 * @param {import('../training.mjs').Pruning} here
 * @param {import('../training.mjs').Pruning} onCpu
 * @param {number} steps
 */
export async function trainingPart(tf, here, onCpu, steps) {
  const models = { LSTM: trainForecaster, transformer: trainTransformer };
  const claims = [];
  for (const [name, train] of Object.entries(models)) {
    const run = await train(tf, here, steps);
    await tf.setBackend('cpu');
    const reference = await train(tf, onCpu, steps);
    await tf.setBackend('tensorflow');
    const difference = lossDifference(run, reference);
    const [first, last] = [Number(run.losses[0]), Number(run.losses.at(-1))];
    claims.push(
      {
        claim: `${name}: every dropped weight is +0 after each of ${steps} steps`,
        holds: run.leaked === 0 && run.dropped > 0,
        found: `${run.leaked} are not; ${run.dropped} of ${run.elements} dropped at the end`,
      },
      {
        claim: `${name}: the losses are those of tfjs's cpu backend, but for rounding`,
        holds: difference < FLOAT_NOISE && last < first,
        found: `they differ by ${difference.toExponential(1)} at most; from ${first.toPrecision(3)} to ${last.toPrecision(3)}`,
      },
      {
        claim: `${name}: no tensor is left behind`,
        holds: run.tensorGrowth === 0 && run.handleGrowth === 0,
        found: `${run.tensorGrowth} more in tf.memory(), ${run.handleGrowth} more in the binding`,
      },
    );
  }
  return claimsPart(`Training for ${steps} steps with Adam`, claims);
}
