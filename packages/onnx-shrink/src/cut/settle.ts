import type { Lengths } from '@synaprune/axes';
import type { ModelProto, NodeProto } from '@synaprune/onnx';
import { type FollowedModel, type FollowOptions, followModel } from '../follow/follow-model.js';
import { freshNames } from './names.js';
import { type PlannedEdits, planEdits } from './plan-edits.js';

/** A model that was followed, and a plan that can be written whole. */
export interface Settled<Plan> {
  readonly followed: FollowedModel;
  readonly plan: Plan;
  readonly edits: PlannedEdits;
}

/**
 * Plans what a model loses until all of it can be written: where a node cannot be told what it needs, its axes stay,
 * and the model is planned anew. The messages are not changed.
 */
export function settle<Plan extends { readonly lengths: Lengths }>(
  model: ModelProto,
  options: FollowOptions,
  plan: (followed: FollowedModel) => Plan,
): Settled<Plan> {
  const stays = new Map<NodeProto, string>(options.stays);
  const freshName = freshNames(model);
  for (;;) {
    const followed = followModel(model, { ...options, stays });
    const planned = plan(followed);
    const edits = planEdits(followed, planned.lengths, freshName);
    if (edits.refused.size === 0) return { followed, plan: planned, edits };
    for (const [node, why] of edits.refused) stays.set(node, why);
  }
}
