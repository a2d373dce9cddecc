import type { ShrunkTensor } from '@synaprune/onnx-shrink';
import type { LayerPair } from '../layer-values.js';

/**
 * Of every output of a layer, all parts in a row, the output of the dense layer that it is.
 *
 * @param shrunk what the tensor lost; undefined where it lost nothing
 */
export function standsFor({ layer, dense }: LayerPair, shrunk: ShrunkTensor | undefined): Int32Array {
  const places = Int32Array.from({ length: layer.parts * layer.rows }, (_, at) => at);
  if (shrunk === undefined) return places;
  const { before, after } = shrunk.shape;
  const outputs = new Int32Array(before.reduce((product, edge) => product * edge, 1));
  for (let part = 0; part < dense.parts; part += 1) {
    for (let row = 0; row < dense.rows; row += 1) {
      for (let feature = 0; feature < dense.features; feature += 1) {
        outputs[dense.indexOf(part, row, feature)] = part * dense.rows + row;
      }
    }
  }
  const keptAlong = new Map(shrunk.axes.map(({ axis, kept }) => [axis, kept]));
  const denseIndex = (index: number): number => {
    let [left, place, step] = [index, 0, 1];
    for (let axis = after.length - 1; axis >= 0; axis -= 1) {
      const along = left % after[axis]!;
      place += step * (keptAlong.get(axis)?.[along] ?? along);
      step *= before[axis]!;
      left = Math.floor(left / after[axis]!);
    }
    return place;
  };
  return places.map(
    (at) => outputs[denseIndex(layer.indexOf(Math.floor(at / layer.rows), at % layer.rows, 0))]!,
  );
}
