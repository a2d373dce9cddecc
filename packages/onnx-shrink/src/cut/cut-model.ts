import { type Lengths, takeBytes } from '@synaprune/axes';
import type { TensorProto } from '@synaprune/onnx';
import { typeOf } from '@synaprune/onnx/graph';
import type { FollowedModel } from '../follow/follow-model.js';
import type { FileTensor } from '../follow/graph-value.js';
import { correctDeclared } from './correct-declared.js';
import { dropUnread } from './drop-unread.js';
import type { PlannedEdits } from './plan-edits.js';
import { elementBytes, rawBytes } from './raw-bytes.js';

/**
 * Cuts the messages of a model, which are the caller's: tensors, what nodes are told, and what is declared of shapes.
 * Bytes that messages view are left alone.
 */
export function cutModel(followed: FollowedModel, lengths: Lengths, edits: PlannedEdits): void {
  for (const tensor of followed.tensors) cutTensor(tensor, lengths);
  edits.write();
  const [whole] = followed.scopes;
  if (whole !== undefined) dropUnread(whole.graph, edits.replaced);
  for (const scope of followed.scopes) correctDeclared(scope, lengths);
}

function cutTensor({ message, shape, axes }: FileTensor, { keptOf }: Lengths): void {
  const kept = axes.map(keptOf);
  if (kept.every((each) => each === undefined)) return;
  const bytes = takeBytes(rawBytes(message), shape, elementBytes(message), kept);
  message.dims = shape.map((size, axis) => BigInt(kept[axis]?.length ?? size));
  message.rawData = bytes;
  message.floatData = [];
  message.int32Data = [];
  message.int64Data = [];
  message.doubleData = [];
  message.uint64Data = [];
}

/** Floating-point tensors hold parameters, and quantised ones with more than one axis. */
export function isParameter({ dataType }: TensorProto, rank: number): boolean {
  const type = typeOf(dataType) ?? 'string';
  return type.startsWith('float') || type.startsWith('bfloat') || (rank > 1 && /^u?int(4|8|16)$/.test(type));
}
