import { errorsOf } from '@synaprune/examples-kit/metrics';
import type { Score } from '../run.js';
import type { Part, Task } from '../task.js';

/** Whether a model forecasts the target alone or the next value of every channel. */
export type Output = 'target' | 'channels';

/** Forecasts in original units from a model's outputs for the target. */
export function inOriginalUnits(
  { outputScale, targetChannel }: Pick<Task, 'outputScale' | 'targetChannel'>,
  { offset, channelOffset }: Pick<Part, 'offset' | 'channelOffset'>,
  output: Output,
  values: ArrayLike<number>,
): Float64Array {
  const { centre, size } = targetChannel;
  return output === 'target'
    ? offset.map((zero, i) => zero + outputScale * values[i]!)
    : channelOffset.map((zero, i) => zero + centre + size * values[i]!);
}

/**
 * Errors of forecasts in original units.
 *
 * @throws Error when one is not finite: nothing that comes of it may be stored
 */
export function scoreOf(forecasts: Float64Array, truth: Float64Array, errorUnit: number): Score {
  const { mae, rmse } = errorsOf(forecasts, truth);
  if (!forecasts.every(Number.isFinite) || !Number.isFinite(rmse)) {
    throw new Error(`the training diverged: a forecast is not finite (MAE ${mae}, RMSE ${rmse})`);
  }
  return { mae, rmse, scaledMae: mae / errorUnit, scaledRmse: rmse / errorUnit };
}

/** Last-value persistence on one part. */
export function persistenceScore({ persistence, truth }: Part, errorUnit: number): Score {
  return scoreOf(persistence, truth, errorUnit);
}
