import { type AxedValue, type Dim, type Lengths, openDim } from '@synaprune/axes';
import type { JsonObject } from '../../artifacts/json-tree.js';

/** As Keras 2 and tfjs have it, and as Keras 3. */
const KEYS = ['batch_input_shape', 'batch_shape'] as const;

/** The shape that a config says its layer is fed with. Edges that are not told are open. */
export function inputDims(config: JsonObject, name: string): readonly Dim[] | undefined {
  const shape = KEYS.map((key) => config[key]).find(Array.isArray) as readonly unknown[] | undefined;
  return shape?.map((edge, i) =>
    typeof edge === 'number' && Number.isSafeInteger(edge) && edge >= 0 ? edge : openDim(`${name}[${i}]`),
  );
}

/** Inside nested models and wrappers a layer may be fed with less than it was. */
export function correctInputShape(config: JsonObject, { axes }: AxedValue, { lengthOf }: Lengths): void {
  for (const key of KEYS) {
    const shape = config[key];
    if (!Array.isArray(shape) || shape.length !== axes.length) continue;
    config[key] = (shape as readonly unknown[]).map((edge, i) => {
      const length = lengthOf(axes[i]!);
      return typeof edge === 'number' && typeof length === 'number' && axes[i]!.dim === edge ? length : edge;
    });
  }
}
