import { type Analysis as AnyAnalysis, analyse, type ShrinkTensor } from '@synaprune/axes';
import type { ModelProto } from '@synaprune/onnx';
import { isParameter } from '../cut/cut-model.js';
import { cutBytes } from '../cut/raw-bytes.js';
import type { FollowedModel } from '../follow/follow-model.js';
import { createFloatReader } from '../plan/read-floats.js';

/** A model, followed, and the groups of its channels. */
export interface Analysis extends AnyAnalysis {
  readonly model: ModelProto;
  readonly followed: FollowedModel;
}

/** Finds the groups of a model that was followed. */
export function analyseFollowed(model: ModelProto, followed: FollowedModel): Analysis {
  const { axes, products } = followed;
  const read = createFloatReader();
  const tensors = followed.tensors.map(
    (tensor): ShrinkTensor => ({
      ...tensor,
      isParameter: isParameter(tensor.message, tensor.axes.length),
      elementBytes: cutBytes(tensor.message),
      floats: () => read(tensor),
    }),
  );
  return { model, followed, ...analyse({ axes, tensors, products }) };
}
