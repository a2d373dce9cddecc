import { patchMethod } from '../../internals/patch-method.js';
import type { FoundLayer } from '../find-layers.js';
import { isInference, type LiveLayer } from '../live-layer.js';
import { describePacking } from '../packed/describe-packing.js';
import { packWeight } from '../packed/packed-weight.js';
import { productStages } from './product-stage.js';
import { separable } from './separable.js';

/** Keeps the kernels of a layer packed, for tfjs's own kernels to find, and packs them anew when it is called with others. */
export function keepProduct(found: FoundLayer): LiveLayer {
  const { layer, kind, kernels } = found;
  const weights = kernels.map(({ weight, inputs, outputs }) => packWeight(weight, { inputs, outputs }));
  const convolve = kind === 'SeparableConv2D' ? separable(layer, weights[0]!) : undefined;
  const unpatch = patchMethod(layer, 'call', (inner) => (inputs, kwargs) => {
    if (!isInference(kwargs)) return inner(inputs, kwargs);
    for (const weight of weights) weight.freshen();
    return convolve?.(inputs) ?? inner(inputs, kwargs);
  });
  const counts = () => weights.map((weight) => weight.packing());
  return {
    found,
    counts,
    describe: () => describePacking(counts()),
    stages: () => (kind === 'SeparableConv2D' ? undefined : productStages(layer, weights[0]!)),
    release() {
      unpatch();
      for (const weight of weights) weight.release();
    },
  };
}
