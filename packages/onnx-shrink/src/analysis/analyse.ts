import { type Analysis as AnyAnalysis, analyse, type ShrinkTensor } from '@synaprune/axes';
import type { ModelProto } from '@synaprune/onnx';
import { cutBytes, isParameter } from '../cut/cut-model.js';
import { type FollowedModel, type FollowOptions, followModel } from '../follow/follow-model.js';
import { readFloats } from '../plan/read-floats.js';

/** A model, followed, and the groups of its channels. */
export interface Analysis extends AnyAnalysis {
  readonly model: ModelProto;
  readonly followed: FollowedModel;
}

/** @throws PruneError `bad-model` */
export function analyseModel(model: ModelProto, options: FollowOptions): Analysis {
  const followed = followModel(model, options);
  const { axes, products } = followed;
  const tensors = followed.tensors.map(
    (tensor): ShrinkTensor => ({
      ...tensor,
      isParameter: isParameter(tensor.message, tensor.axes.length),
      elementBytes: cutBytes(tensor.message),
      floats: () => readFloats(tensor),
    }),
  );
  return { model, followed, ...analyse({ axes, tensors, products }) };
}
