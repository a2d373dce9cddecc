import { requireOptions, requireWhole } from '@synaprune/core/checks';
import type { DataType } from '../elements/element-type.js';
import type { WeightUse } from './assign.js';
import { assignModel } from './assign-model.js';
import { isEven } from './numbers/fixed.js';
import type { WeightRole } from './table/role.js';
import { judgeTensors } from './verdict.js';

/** What a tensor of a model is. */
export interface TensorRole {
  /** Its name in its graph. */
  readonly name: string;
  /** Where its graph is: `graph` for the model's own, else the nodes whose attributes hold it. */
  readonly graph: string;
  readonly shape: readonly number[];
  readonly dataType: DataType;
  readonly elements: number;
  /** Whether it is an initializer or the value of a `Constant`. */
  readonly stored: 'initializer' | 'constant';
  /** The inputs that it feeds. */
  readonly uses: readonly WeightUse[];
  /** What it does at its uses; `shared` where they differ. */
  readonly role: WeightRole | 'shared' | 'unused';
  /** Whether it is a kernel: what is pruned in a file, and masked in training. */
  readonly kernel: boolean;
  /** Whether it is a kernel and too small for the usual choice. */
  readonly small: boolean;
  /** What it is, as lists of weights say it. */
  readonly reason: string;
  /** What says that nobody learned it: a Fourier basis, a mel matrix, a mask. */
  readonly fixed?: string;
  /** Whether all of its elements are equal. */
  readonly even: boolean;
  /** Whether something learned lies before one of its uses. */
  readonly behindLearned: boolean;
}

/**
 * What every tensor of a model is, by what it feeds, what lies around that, and what its numbers are: the table that
 * {@link findWeights} chooses by and that training builds on, so that both mean the same by a kernel. A graph's
 * tensors come before those of the graphs inside it.
 *
 * @param options.minElements fewest elements of a kernel that is not small; unless told, 64 or, in a small model,
 *   a hundredth of what all kernels have
 * @throws TypeError when `bytes` is no `Uint8Array`
 * @throws PruneError `bad-model`
 *
 * @example
 * ```ts
 * import { buildModel, findRoles } from '@synaprune/onnx/graph';
 *
 * const model = buildModel({
 *   tensors: {
 *     kernel: { shape: [8, 16], data: new Float32Array(128).fill(0.5) },
 *     bias: { shape: [16], data: new Float32Array(16) },
 *   },
 *   nodes: [
 *     ['MatMul', ['x', 'kernel'], ['h']],
 *     ['Add', ['h', 'bias'], ['y']],
 *   ],
 * });
 * console.log(findRoles(model).map(({ reason }) => reason)); // [ 'kernel of MatMul', 'bias of Add' ]
 * ```
 */
export function findRoles(
  bytes: Uint8Array,
  options: { readonly minElements?: number } = {},
): readonly TensorRole[] {
  requireOptions('findRoles', '', options, ['minElements']);
  const { minElements } = options;
  if (minElements !== undefined) requireWhole('findRoles', 'minElements', minElements);
  const { tensors } = assignModel('findRoles', bytes);
  const verdicts = judgeTensors(tensors, minElements);
  return tensors.map(({ tensor, graph, stored, uses, role, fixed, behindLearned }, i): TensorRole => {
    const { kernel, reason, small } = verdicts[i]!;
    const { name, shape, type, elements } = tensor;
    return {
      name,
      graph,
      shape,
      dataType: type.name,
      elements,
      stored,
      uses,
      role,
      kernel,
      small: small !== undefined,
      reason: small === undefined ? reason : `${reason}, ${small}`,
      even: isEven(bytes, tensor),
      behindLearned,
      ...(fixed === undefined ? {} : { fixed }),
    };
  });
}
