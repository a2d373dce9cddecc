import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { TensorProto } from '@synaprune/onnx';
import { faultOf } from '@synaprune/onnx/graph';

/** The shape of a tensor of the file. @throws PruneError `bad-model` when no tensor can have it */
export function shapeOfTensor({ name, dims }: TensorProto): readonly number[] {
  const shape = dims.map(Number);
  const fault = faultOf(shape);
  if (fault !== undefined) throw new PruneError('bad-model', `tensor ${quote(name)} has ${fault}`);
  return shape;
}
