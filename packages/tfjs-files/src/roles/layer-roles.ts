import type { StoredWeight } from '../artifacts/open-artifacts.js';
import { flattenLayers, type LayersModel } from '../layers-model/layers-model.js';
import type { Assigned, WeightRole } from './role.js';

/**
 * What every weight of a layers model does, by the layer it belongs to and its name there, in the order of the weights:
 * kernels are what `pruneModel` of `@synaprune/tfjs` takes for kernels.
 *
 * @param model `undefined` where there are weights only: then their names alone tell
 */
export function assignLayerRoles(
  model: LayersModel | undefined,
  weights: readonly StoredWeight[],
): Assigned[] {
  const found = new Map<StoredWeight, { readonly op: string; readonly key: string; readonly node: string }>();
  for (const { weights: own, className, path } of model === undefined ? [] : flattenLayers(model.root)) {
    for (const [key, weight] of own) found.set(weight, { op: className, key, node: path.join('/') });
  }
  return weights.map((weight): Assigned => {
    const known = found.get(weight);
    const key = known?.key ?? weight.name;
    const last = key.slice(key.lastIndexOf('/') + 1);
    const place = known === undefined ? weight.name : `${known.node}/${known.key}`;
    if (weight.group === 'optimizer') {
      return { ...NOTHING, place, role: 'other', reason: 'of the optimizer' };
    }
    const role = roleOf(last);
    const words = last.endsWith('kernel') ? last.replaceAll('_', ' ') : role;
    const of = known === undefined ? ', by its name' : ` of ${known.op}`;
    const kernel = role.endsWith('kernel') && weight.shape.length > 1 && weight.dtype === 'float32';
    const why = role.endsWith('kernel') && weight.shape.length < 2 ? ', of one dimension' : '';
    return {
      ...NOTHING,
      place,
      role,
      kernel,
      uses: known === undefined ? [] : [{ op: known.op, input: known.key, node: known.node, role }],
      reason: role === 'other' ? `unknown weight${of}` : `${words}${of}${why}`,
    };
  });
}

const NOTHING = { uses: [], kernel: false, behindLearned: false } as const;

const ROLES: Readonly<Record<string, WeightRole>> = {
  recurrent_kernel: 'recurrent kernel',
  bias: 'bias',
  gamma: 'normalisation',
  beta: 'normalisation',
  moving_mean: 'statistic',
  moving_variance: 'statistic',
  embeddings: 'embedding',
  alpha: 'slope',
};

function roleOf(key: string): WeightRole {
  if (Object.hasOwn(ROLES, key)) return ROLES[key]!;
  return /^(|\w+_)kernel$/.test(key) ? 'kernel' : 'other';
}
