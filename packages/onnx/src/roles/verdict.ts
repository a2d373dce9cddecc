import { smallKernels } from '@synaprune/core/numbers';
import type { Assigned } from './assign.js';
import { isKernel } from './table/role.js';

/** Whether a tensor is a kernel that may be pruned, and why or why not. */
export interface Verdict {
  readonly kernel: boolean;
  readonly reason: string;
  /** Why a kernel is too small for the usual choice; `undefined` where it is not. */
  readonly small?: string;
}

/**
 * The verdict on each tensor of a model. The one answer for files and for training.
 *
 * @param minElements fewest elements of a kernel that is not small, if told
 */
export function judgeTensors(all: readonly Assigned[], minElements: number | undefined): Verdict[] {
  const verdicts = all.map(judgeRole);
  const kernels = all.filter((_, i) => verdicts[i]!.kernel).map(({ tensor }) => tensor.elements);
  const why = smallKernels(minElements, kernels);
  return verdicts.map((verdict, i) => {
    const small = verdict.kernel ? why(all[i]!.tensor.elements) : undefined;
    return small === undefined ? verdict : { ...verdict, small };
  });
}

/**
 * Whether a tensor is a kernel at everything it feeds, of two or more dimensions, and learned.
 */
function judgeRole({ tensor, role, uses, fixed, shifted }: Assigned): Verdict {
  const leave = (reason: string): Verdict => ({ kernel: false, reason });
  if (role === 'unused') return leave('unused');
  if (role === 'shared') {
    const does = new Set(uses.map(({ op, input }) => `input ${input} of ${op}`));
    return leave(`shared by ${[...does].join(', ')}`);
  }
  if (fixed !== undefined) return leave(fixed);
  const { op } = uses[0]!;
  // What has no role of its own is only added, multiplied with …
  const without = op === 'output' ? 'output of the model' : `operand of ${op}`;
  const what = role === 'other' ? without : `${role} of ${op}`;
  if (!isKernel(role)) return leave(what);
  if (tensor.shape.length < 2) return leave(`${what}, of one dimension`);
  if (shifted) return leave(`${what}, with a constant added on the way: its zeros are no zeros there`);
  return { kernel: true, reason: what };
}
