import { PruneError } from '@synaprune/core';
import type { ForwardModel, ModelPlan } from './plan.js';
import { buildRecurrent } from './recurrent.js';

export type { ForwardModel, ModelPlan, Noise } from './plan.js';

/**
 * A model as an ONNX graph, the same bits for the same plan.
 *
 * @throws PruneError `unsupported` when the model cannot be built for such windows
 */
export function buildModel(plan: ModelPlan): ForwardModel {
  const { model } = plan;
  switch (model) {
    case 'rnn':
    case 'lstm':
    case 'gru':
      return buildRecurrent({ ...plan, model });
    default:
      throw new PruneError('unsupported', `no model is called ${model}`);
  }
}
