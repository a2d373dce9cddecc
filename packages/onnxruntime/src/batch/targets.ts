import type { Loss } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';

/**
 * Targets that lie where the loss says they do. A tensor on a device is not looked at: a step gives NaN for its
 * loss where an index of a class is of none.
 *
 * @throws RangeError naming the first that lies elsewhere
 */
export function requireWithin(
  place: string,
  tensor: Tensor,
  [least, most]: readonly [least: number, most: number],
): void {
  if (tensor.location !== 'cpu') return;
  const data = tensor.data as ArrayLike<number | bigint>;
  for (let at = 0; at < data.length; at += 1) {
    const value = data[at]!;
    if (value >= least && value <= most) continue;
    if (typeof value !== 'bigint') {
      throw new RangeError(`${place} needs every element in [${least}, ${most}], got ${value} at ${at}`);
    }
    const ignored =
      value === -100n ? '; no index is ignored, as −100 is in PyTorch: leave such elements out' : '';
    throw new RangeError(
      `${place} needs indices of classes from ${least} to ${most}, got ${value} at ${at}${ignored}`,
    );
  }
}

/** What is most often meant where targets of a cross-entropy have another type or shape. */
export function targetHint(loss: Loss): string {
  const settings = typeof loss === 'string' ? { kind: loss } : loss;
  if (settings.kind !== 'crossEntropy') return '';
  return 'targets' in settings && settings.targets === 'indices'
    ? " (an int64 index of a class for each; targets: 'oneHot' takes a float for each class)"
    : " (a float for each class; targets: 'indices' takes an int64 index of a class for each)";
}
