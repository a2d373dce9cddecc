import { isNamedBasis, smallKernels } from '@synaprune/core/numbers';
import type { Model, Tensor } from '../model/model.js';
import { type Assigned, assignRoles } from '../roles/assign-roles.js';
import { fixedKernel } from './fixed.js';
import { formatOf, type WeightFormat } from './weight-format.js';

/** A weight, what it does, how it could be pruned, and whether it usually is. */
export interface Surveyed {
  /** Unlike any other in the model. */
  readonly name: string;
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
export function survey(model: Model, minElements: number | undefined): Surveyed[] {
  const looked = new Map<Tensor, string | undefined>();
  const fixedBy = (tensor: Tensor): string | undefined => {
    if (!looked.has(tensor)) looked.set(tensor, fixedKernel(tensor));
    return looked.get(tensor);
  };
  const all = assignRoles(model, (tensor) => fixedBy(tensor) !== undefined);
  const names = nameWeights(all);
  const fixed = all.map(({ kernel, tensor, behindLearned }) => {
    if (!kernel) return undefined;
    const named = !behindLearned && isNamedBasis(tensor.name, 'kernel');
    return (
      fixedBy(tensor) ??
      (named ? 'fixed basis: its name says so, and nothing before it is learned' : undefined)
    );
  });
  const why = smallKernels(
    minElements,
    all.filter(({ kernel }, i) => kernel && fixed[i] === undefined).map(({ tensor }) => tensor.elements),
  );
  return all.map((assigned, i): Surveyed => {
    const { tensor, kernel, reason } = assigned;
    const format = formatOf(tensor);
    const zeros = typeof format === 'string' ? 0 : format.countZeros(tensor.data!);
    const each = { name: names[i]!, assigned, format, zeros, fixed: fixed[i] };
    if (!kernel) return { ...each, pruned: false, reason };
    if (fixed[i] !== undefined) return { ...each, pruned: false, reason: fixed[i] };
    const unfit = typeof format === 'string' ? format : why(tensor.elements);
    return unfit === undefined
      ? { ...each, pruned: true, reason }
      : { ...each, pruned: false, reason: `${reason}, ${unfit}` };
  });
}

/** Where a weight is: the name of its subgraph and its number there. */
export function placeOf({ graph, tensor }: Assigned): string {
  return `${graph.name}/${tensor.index}`;
}

/** A tensor's own name where no other has it, else with its place behind, which no two share. */
function nameWeights(all: readonly Assigned[]): string[] {
  const counts = new Map<string, number>();
  for (const { tensor } of all) counts.set(tensor.name, (counts.get(tensor.name) ?? 0) + 1);
  return all.map((assigned) => {
    const { name } = assigned.tensor;
    if (name !== '' && counts.get(name) === 1) return name;
    return `${name} (${assigned.graph.index}/${assigned.tensor.index})`;
  });
}
