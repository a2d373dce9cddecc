import type { RankedGroup } from '@synaprune/onnx-shrink';
import type { Capture } from '../../capture/capture.js';
import { sampledOf, shareColumns } from '../../capture/layers/columns.js';
import type { Layer } from '../../capture/layers/layer.js';
import { valuesRead } from '../layer-values.js';

/** What a layer's inputs carry: a number for each feature of each part, `part · features + feature`. */
interface Carried {
  readonly layer: Layer;
  readonly energies: Float64Array;
}

/** Columns that tell what an input carries. */
const COLUMNS = 1000;

/**
 * What ranks channels by what their readers would miss: of every layer that reads a channel, the squares of the weights
 * that it is multiplied by, times the mean square of what it carries; its variance where the layer has a bias that makes
 * up for a mean.
 *
 * @param capture of the dense model, before its first stage
 */
export async function reconstructionImportance(
  capture: Capture,
  layers: readonly Layer[],
): Promise<(group: RankedGroup) => Float64Array> {
  const carried = new Map<string, Carried[]>();
  for (let stage = 0; stage < capture.stages; stage += 1) {
    await capture.next();
    for (const layer of layers) {
      if (capture.stageOf(layer.node) !== stage) continue;
      const energies = energiesOf(layer, await valuesRead(layer, capture, new Map()));
      if (energies === undefined) continue;
      const known = carried.get(layer.tensor);
      if (known === undefined) carried.set(layer.tensor, [{ layer, energies }]);
      else known.push({ layer, energies });
    }
  }
  return ({ channels, members }) => {
    const missed = new Float64Array(channels);
    for (const member of members) {
      if (member.side !== 'reads') continue;
      const { shape, axis } = member;
      const step = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
      const weights = member.values();
      for (const { layer, energies } of carried.get(member.name) ?? []) {
        for (let part = 0; part < layer.parts; part += 1) {
          for (let row = 0; row < layer.rows; row += 1) {
            for (let feature = 0; feature < layer.features; feature += 1) {
              const at = layer.indexOf(part, row, feature);
              const channel = member.channels[Math.floor(at / step) % shape[axis]!]!;
              if (channel < 0) continue;
              missed[channel]! += weights[at]! ** 2 * energies[part * layer.features + feature]!;
            }
          }
        }
      }
    }
    return missed.map(Math.sqrt);
  };
}

function energiesOf(layer: Layer, values: Awaited<ReturnType<typeof valuesRead>>): Float64Array | undefined {
  const { parts, features, bias } = layer;
  const most = shareColumns(layer, layer, { pruned: values, dense: values }, COLUMNS);
  if ('why' in most) return undefined;
  const sums = new Float64Array(parts * features);
  const squares = new Float64Array(parts * features);
  let count = 0;
  for (const [sample, tensor] of values.entries()) {
    const columns = layer.columnsOf(sampledOf(tensor), most[sample]!);
    for (const [part, own] of columns.entries()) {
      for (let i = 0; i < own.length; i += 1) {
        sums[part * features + (i % features)]! += own[i]!;
        squares[part * features + (i % features)]! += own[i]! ** 2;
      }
    }
    count += columns[0]!.length / features;
  }
  return squares.map((square, i) => {
    const mean = bias === undefined ? 0 : sums[i]! / count;
    return Math.max(0, square / count - mean ** 2);
  });
}
