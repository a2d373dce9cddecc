import type { layers } from '@tensorflow/tfjs-layers';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';
import type { PackedWeight } from '../packed/packed-weight.js';
import { activationStages } from '../program/plain-stages.js';
import type { Stage } from '../program/stage.js';
import { FUSED } from './fused.js';

/** A dense layer, or a convolution of single pixels, along the last axis of what it reads; `undefined` where it is neither. */
export function productStages(layer: layers.Layer, weight: PackedWeight): Stage[] | undefined {
  const { activation, dataFormat } = layer.getConfig();
  const name = String(activation);
  const fused = Object.hasOwn(FUSED, name) ? FUSED[name]! : 'linear';
  const after = fused === name ? [] : activationStages(name);
  if (after === undefined || dataFormat === 'channelsFirst') return undefined;
  const variable = layer.weights.find(({ originalName }) => roleOf(originalName) === 'bias');
  const bias = variable && variableOf(variable);
  const { inputs, outputs } = weight.matrix;
  const product: Stage = {
    inPlace: false,
    shape: (of) => (of.at(-1) === inputs ? [...of.slice(0, -1), outputs] : undefined),
    open(machine, of, lent) {
      if (bias?.isDisposed) return undefined;
      const [part] = weight.current()?.parts ?? [];
      const placed = part && machine.place(part);
      const added = bias && machine.lendWeight(bias);
      if (added !== undefined) lent.push(added);
      if (placed === undefined || (bias !== undefined && added === undefined)) return undefined;
      const rows = of.slice(0, -1).reduce((count, edge) => count * edge, 1);
      return (from, to, samples) => {
        return placed.multiply({
          inputs: from,
          out: to,
          batch: rows * samples,
          activation: fused,
          ...(added && { bias: added.at }),
        });
      };
    },
  };
  return [product, ...after];
}
