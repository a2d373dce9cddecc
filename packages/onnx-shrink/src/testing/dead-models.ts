import { decodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import { removeDeadChannels } from '../remove-dead-channels.js';
import { feedsFor, relativeError, runModel } from './run-model.js';

export const ones = (...shape: number[]): TensorParts => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});
/** A tensor of whole numbers other than 0. */
export const some = (...shape: number[]): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 5) % 7) - 3 || 2),
});
/** The same with slices of zeros along an axis. */
export const without = ({ shape, data }: TensorParts, axis: number, ...gone: number[]): TensorParts => {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return {
    shape,
    data: Array.from(data as ArrayLike<number>, (value, i) =>
      gone.includes(Math.floor(i / inner) % shape[axis]!) ? 0 : value,
    ),
  };
};
export const build = (
  x: readonly number[],
  tensors: Readonly<Record<string, TensorParts>>,
  nodes: readonly NodeParts[],
  outputs: readonly string[] = ['y'],
) => buildModel({ inputs: { x }, tensors, nodes, outputs, opset: 17 });

/** What stays of each group, having checked that the outputs are the same numbers, or as near. */
export async function keptOf(model: Uint8Array, shape: readonly number[], tolerance = 0) {
  const { model: small, report } = removeDeadChannels(model);
  const feeds = feedsFor([{ name: 'x', type: 'float32', shape, grain: 1 }], 1);
  const [expected, got] = [await runModel(model, feeds), await runModel(small, feeds)];
  for (const [name, result] of Object.entries(expected))
    expect(relativeError(got[name]!, result)).toBeLessThanOrEqual(tolerance);
  return Object.fromEntries(report.groups.map(({ name, kept }) => [name, kept]));
}

export const tensorsOf = (model: Uint8Array) =>
  Object.fromEntries(
    decodeModel(model).graph!.initializer.map((each) => [each.name, [...tensorToFloat32(each)]]),
  );

export const picture = [1, 2, 4, 4];
export const relu = (x: string, y: string): NodeParts => ['Relu', [x], [y]];
