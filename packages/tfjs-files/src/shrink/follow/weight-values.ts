import { type Axes, knownNumber } from '@synaprune/axes';
import type { StoredWeight } from '../../artifacts/open-artifacts.js';
import type { WeightBytes } from '../../artifacts/weight-bytes.js';
import { readWholes } from '../../elements/read-values.js';
import type { ModelValue, WeightAxes } from './followed.js';

/** More elements than a shape, a list of axes or of parts of a split has. */
const MOST_SIZES = 4096;

/** The weights of a model as values, each with one set of axes however often it is read. */
export interface WeightValues {
  readonly tensors: readonly WeightAxes[];
  valueOf(weight: StoredWeight): ModelValue;
}

/** @param fixed weights that nobody learned, and why: their axes stay */
export function createWeightValues(
  axes: Axes,
  bytes: WeightBytes,
  fixed: ReadonlyMap<string, string>,
): WeightValues {
  const values = new Map<string, ModelValue>();
  const tensors: WeightAxes[] = [];
  return {
    tensors,
    valueOf(weight) {
      const known = values.get(weight.name);
      if (known !== undefined) return known;
      const { name, shape } = weight;
      const why = fixed.get(name);
      const own = shape.map((size, axis) =>
        why === undefined
          ? axes.free(size, { label: `${name}[${axis}]`, kind: 'channels' })
          : axes.held(size, `the weight "${name}", axis ${axis}: ${why}`),
      );
      tensors.push({ name, axes: own, weight });
      const sizes = isSizes(weight) ? readWholes(weight, bytes).map(knownNumber) : undefined;
      const value: ModelValue = {
        axes: own,
        zero: own.map(() => true),
        parameter: true,
        weight,
        ...(sizes === undefined ? {} : { sizes }),
      };
      values.set(name, value);
      return value;
    },
  };
}

/** Whether a weight may say how something is to be done. */
function isSizes({ dtype, shape, elements }: StoredWeight): boolean {
  return (dtype === 'int32' || dtype === 'bool') && shape.length <= 1 && elements <= MOST_SIZES;
}
