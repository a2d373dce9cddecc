import { frontAxis, type Kind, showShape } from '@synaprune/onnx/graph';
import type { TargetLoss } from '../options/loss-options.js';

/** What targets of a loss are for predictions of the given kind. */
export interface TargetKind extends Kind {
  /** What their elements lie between, both included, where the loss says so. */
  readonly limits?: readonly [least: number, most: number];
  /** The index outside of the limits that counts for nothing. */
  readonly ignored?: number;
}

/** @throws RangeError when the predictions lack the axis of the classes, or have another count of them than is weighed */
export function targetKind(loss: TargetLoss, { type, shape }: Kind): TargetKind {
  if (loss.kind === 'binaryCrossEntropy') {
    if (Array.isArray(loss.positiveWeight)) requireCount('positiveWeight', loss.positiveWeight, shape, -1);
    return { type, shape, limits: [0, 1] };
  }
  if (loss.kind !== 'crossEntropy' && loss.kind !== 'distillation') return { type, shape };
  const axis = classAxis(loss, shape);
  if (loss.kind === 'distillation') return { type, shape };
  if (loss.classWeights !== undefined) requireCount('classWeights', loss.classWeights, shape, axis);
  if (loss.targets !== 'indices') return { type, shape };
  return {
    type: 'int64',
    shape: shape.filter((_, other) => other !== axis),
    limits: [0, shape[axis]! - 1],
    ...(loss.ignoreIndex === undefined ? {} : { ignored: loss.ignoreIndex }),
  };
}

/** What weights of samples are for predictions of the given kind. @throws RangeError when those have no samples */
export function sampleWeightKind(loss: TargetLoss, { shape }: Kind): TargetKind {
  const isOfClasses = loss.kind === 'crossEntropy' || loss.kind === 'distillation';
  if (shape.length === 0 || (isOfClasses && classAxis(loss, shape) === 0)) {
    throw new RangeError(
      `sampleWeights of a loss of kind ${loss.kind} needs predictions whose first axis is that of the samples, got ` +
        `${showShape(shape)}${shape.length === 0 ? '' : ' with classes on that axis'}`,
    );
  }
  return { type: 'float32', shape: [shape[0]!], limits: [0, Number.MAX_VALUE] };
}

/** The axis of the classes. @throws RangeError when the predictions have none such, or one class */
export function classAxis(
  loss: TargetLoss & { kind: 'crossEntropy' | 'distillation' },
  shape: readonly number[],
): number {
  const { kind, axis = -1 } = loss;
  if (axis < -shape.length || axis >= shape.length) {
    throw new RangeError(
      `a loss of kind ${kind} with axis ${axis} needs predictions that have such an axis, got ${showShape(shape)}`,
    );
  }
  const front = frontAxis(axis, shape.length);
  const takesLogits = loss.kind === 'distillation' || loss.from !== 'probabilities';
  if (takesLogits && shape[front] === 1) throw onlyClass(kind, front, shape);
  return front;
}

/** The softmax over one class is 1, whatever the logit: a loss of 0 that nothing learns from. */
function onlyClass(kind: string, axis: number, shape: readonly number[]): RangeError {
  return new RangeError(
    `a loss of kind ${kind} needs two classes or more on axis ${axis} of the predictions, got ` +
      `${showShape(shape)}: over one class it is 0, and nothing would learn. binaryCrossEntropy takes one logit ` +
      'for yes or no, mse a number; axis names another axis',
  );
}

function requireCount(
  name: string,
  weights: readonly number[],
  shape: readonly number[],
  axis: number,
): void {
  const count = shape.at(axis);
  if (weights.length === count) return;
  throw new RangeError(
    `loss.${name} needs a number for each of the ${count ?? 0} on axis ${axis} of predictions of ${showShape(shape)}, ` +
      `got ${weights.length}`,
  );
}
