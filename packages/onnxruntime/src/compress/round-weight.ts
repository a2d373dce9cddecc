import { codesOf, type ScaleLayout, scalesOf, valuesOf } from '@synaprune/onnx/graph';
import { type Moments, type RefitError, rescaleRows } from '@synaprune/refit';
import { type Layer, matrixOf } from '../capture/layers/layer.js';

/** A weight that 8 bits hold. */
export interface RoundedWeight {
  readonly weight: Float32Array;
  /** What a step of a code stands for, an entry for each that the layout has. */
  readonly scales: Float32Array;
  /** What is added to each output, all parts in a row; undefined where the layer has no bias to take it. */
  readonly shifts: Float32Array | undefined;
  /** What of the outputs of a part is missed, as a share of their energy. */
  readonly missed: readonly number[];
}

/**
 * Rounds a fitted weight, and refits what is left: the scale of each output, where it has one of its own, and its bias.
 *
 * @param moments of each part
 */
export function roundWeight(
  layer: Layer,
  weight: Float32Array,
  moments: readonly Moments[],
  layout: ScaleLayout,
): RoundedWeight {
  const { parts, rows } = layer;
  const scales = scalesOf(weight, layout);
  const codes = codesOf(weight, scales, layout);
  const rounded = valuesOf({ codes, scales }, layout);
  const constant = moments[0]!.constant;
  const shifts = constant ? new Float32Array(parts * rows) : undefined;
  // The groups of a convolution share the first axis; directions share the second, whose scales are for both.
  const own = scales.length === parts * rows && (parts === 1 || layout.axis === 0);
  const missed = moments.map((of, part): RefitError['after'] => {
    const matrix = matrixOf(layer, rounded, part);
    const { factors, constants, error } = rescaleRows({ weights: matrix, rows, moments: of, scale: own });
    for (let row = 0; row < rows; row += 1) {
      if (layer.unfitted?.(row)) continue;
      const at = part * rows + row;
      if (own) scales[at]! *= factors[row]!;
      if (shifts !== undefined) shifts[at] = constants![row]!;
    }
    return error.after;
  });
  return { weight: valuesOf({ codes, scales }, layout), scales, shifts, missed };
}
