import type { Loss, LossTerm } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';

/**
 * Targets that lie where the loss says they do. A tensor on a device is not looked at: a step gives NaN for its
 * loss where an index of a class is of none.
 *
 * @param ignored the index outside of them that counts for nothing, where there is one
 * @throws RangeError naming the first that lies elsewhere
 */
export function requireWithin(
  place: string,
  tensor: Tensor,
  [least, most]: readonly [least: number, most: number],
  ignored?: number,
): void {
  if (tensor.location !== 'cpu') return;
  const data = tensor.data as ArrayLike<number | bigint>;
  const passed = ignored === undefined ? undefined : BigInt(ignored);
  for (let at = 0; at < data.length; at += 1) {
    const value = data[at]!;
    if (value >= least && value <= most) continue;
    if (typeof value !== 'bigint') {
      const range = most === Number.MAX_VALUE ? `finite and of at least ${least}` : `in [${least}, ${most}]`;
      throw new RangeError(`${place} needs every element ${range}, got ${value} at ${at}`);
    }
    if (value === passed) continue;
    const hint =
      value === -100n && ignored === undefined
        ? '; no index is ignored unless the loss says so, as ignoreIndex: -100 does'
        : '';
    throw new RangeError(
      `${place} needs indices of classes from ${least} to ${most}, got ${value} at ${at}${hint}`,
    );
  }
}

/** What is most often meant where targets of a cross-entropy have another type or shape. */
export function targetHint(loss: Loss | readonly LossTerm[]): string {
  if (Array.isArray(loss)) return '';
  const settings = typeof loss === 'string' ? { kind: loss } : (loss as Exclude<Loss, string>);
  if (settings.kind !== 'crossEntropy') return '';
  return 'targets' in settings && settings.targets === 'indices'
    ? " (an int64 index of a class for each; targets: 'oneHot' takes a float for each class)"
    : " (a float for each class; targets: 'indices' takes an int64 index of a class for each)";
}
