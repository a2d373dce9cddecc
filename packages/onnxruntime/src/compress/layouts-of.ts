import { type QuantizeOnnxOptions, quantizeOnnx } from '@synaprune/onnx';
import type { ScaleLayout } from '@synaprune/onnx/graph';
import type { CompressOptions } from './options.js';

/** How weights share scales, by name, of a model that is to be kept in 8 bits; undefined where it is not. */
export function layoutsOf(
  model: Uint8Array,
  { quantize }: Pick<CompressOptions, 'quantize'>,
): ReadonlyMap<string, ScaleLayout> | undefined {
  if (quantize === undefined) return undefined;
  return new Map(quantizeOnnx(model).report.weights.map(({ name, shape, axis }) => [name, { shape, axis }]));
}

/** How the result is kept in 8 bits: the weights chosen before they were rounded, which may no longer look as they did. */
export function quantizeAs(
  layouts: ReadonlyMap<string, ScaleLayout> | undefined,
  scales: Readonly<Record<string, Float32Array>>,
): QuantizeOnnxOptions | undefined {
  return layouts && { select: { include: [...layouts.keys()] }, scales };
}
