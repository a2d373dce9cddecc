import { isNamedBasis, smallKernels } from '@synaprune/core/numbers';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import type { OpenedModel, StoredWeight } from '../artifacts/open-artifacts.js';
import { readGraphModel } from '../graph-model/graph-model.js';
import { readLayersModel } from '../layers-model/layers-model.js';
import { fixedKernel } from '../roles/fixed.js';
import { assignGraphRoles } from '../roles/graph-roles.js';
import { assignLayerRoles } from '../roles/layer-roles.js';
import type { Assigned } from '../roles/role.js';
import { formatOf, type WeightFormat } from './weight-format.js';

/** A weight, what it does, how it could be pruned, and whether it usually is. */
export interface Surveyed {
  readonly stored: StoredWeight;
  readonly assigned: Assigned;
  /** How it is ranked and dropped, or why it cannot be. */
  readonly format: WeightFormat | string;
  /** 0 where it cannot be pruned. */
  readonly zeros: number;
  /** What says of a kernel that nobody learned it. */
  readonly fixed: string | undefined;
  readonly pruned: boolean;
  readonly reason: string;
}

/** The weights of a model in their order, with the usual choice made. */
export function survey(
  artifacts: TfjsArtifacts,
  opened: OpenedModel,
  minElements: number | undefined,
): Surveyed[] {
  const { weights, bytes } = opened;
  const looked = new Map<StoredWeight, string | undefined>();
  const fixedBy = (weight: StoredWeight): string | undefined => {
    if (!looked.has(weight)) looked.set(weight, fixedKernel(weight, bytes));
    return looked.get(weight);
  };
  const all = assign(artifacts, opened, (weight) => fixedBy(weight) !== undefined);
  const fixed = all.map(({ kernel, behindLearned }, i) => {
    if (!kernel) return undefined;
    const weight = weights[i]!;
    // A name is not enough behind what is learned, nor in a model whose order is not followed.
    const named = opened.kind === 'graph' && !behindLearned && isNamedBasis(weight.name, 'kernel');
    return (
      fixedBy(weight) ??
      (named ? 'fixed basis: its name says so, and nothing before it is learned' : undefined)
    );
  });
  const why = smallKernels(
    minElements,
    weights.filter((_, i) => all[i]!.kernel && fixed[i] === undefined).map(({ elements }) => elements),
  );
  return weights.map((stored, i): Surveyed => {
    const assigned = all[i]!;
    const format = formatOf(stored);
    const zeros =
      typeof format === 'string' ? 0 : format.countZeros(bytes.read(stored.offset, stored.length));
    const each = { stored, assigned, format, zeros, fixed: fixed[i] };
    if (!assigned.kernel) return { ...each, pruned: false, reason: assigned.reason };
    if (fixed[i] !== undefined) return { ...each, pruned: false, reason: fixed[i] };
    const unfit = typeof format === 'string' ? format : why(stored.elements);
    return unfit === undefined
      ? { ...each, pruned: true, reason: assigned.reason }
      : { ...each, pruned: false, reason: `${assigned.reason}, ${unfit}` };
  });
}

function assign(
  artifacts: TfjsArtifacts,
  { kind, weights }: OpenedModel,
  isFixed: (weight: StoredWeight) => boolean,
): Assigned[] {
  if (kind === 'graph') return assignGraphRoles(readGraphModel(artifacts), weights, isFixed);
  const layers = kind === 'layers' ? readLayersModel(artifacts, weights) : undefined;
  return assignLayerRoles(layers, weights);
}
