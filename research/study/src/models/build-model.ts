import { buildPatch } from './patch.js';
import { buildPatchTst } from './patchtst.js';
import type { ForwardModel, ModelPlan } from './plan.js';
import { buildRecurrent } from './recurrent.js';

export type { ForwardModel, ModelPlan, Noise } from './plan.js';

/**
 * A model as an ONNX graph with its initial weights, the same bits for the same plan.
 *
 * @throws PruneError `bad-data` when the model cannot be built for windows of such a length
 * @throws RangeError when a size, a rate or the seed is out of range
 */
export function buildModel(plan: ModelPlan): ForwardModel {
  checkPlan(plan);
  const { model } = plan;
  switch (model) {
    case 'rnn':
    case 'lstm':
    case 'gru':
      return buildRecurrent({ ...plan, model });
    case 'patch':
      return buildPatch(plan);
    case 'patchtst':
      return buildPatchTst(plan);
    default:
      throw new RangeError(`a model is rnn, lstm, gru, patch or patchtst, got ${String(model)}`);
  }
}

function checkPlan(plan: ModelPlan): void {
  for (const size of ['length', 'features', 'channels'] as const) {
    if (!Number.isInteger(plan[size]) || plan[size] < 1) {
      throw new RangeError(`${size} is a positive integer, got ${plan[size]}`);
    }
  }
  if (plan.channels > plan.features) {
    throw new RangeError(`channels are the first of the ${plan.features} features, got ${plan.channels}`);
  }
  if (
    !(Number.isInteger(plan.targetChannel) && plan.targetChannel >= 0 && plan.targetChannel < plan.channels)
  ) {
    throw new RangeError(`targetChannel is one of ${plan.channels} channels, got ${plan.targetChannel}`);
  }
  for (const rate of ['narrowed', 'dropout'] as const) {
    if (!(plan[rate] >= 0 && plan[rate] < 1)) {
      throw new RangeError(`${rate} lies in [0, 1), got ${plan[rate]}`);
    }
  }
  if (!Number.isSafeInteger(plan.seed)) throw new RangeError(`seed is an integer, got ${plan.seed}`);
}
