import { readSelect, type Select } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import { chooseBySelect, SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import { codecOf } from '../elements/codec.js';
import { zerosOf } from '../elements/zeros.js';
import type { DataType } from '../model/element-type.js';
import type { Model, Tensor } from '../model/model.js';
import { openModel } from '../model/open-model.js';
import type { Assigned } from '../roles/assign-roles.js';
import type { WeightRole, WeightUse } from '../roles/role.js';
import { placeOf, type Surveyed, survey } from './survey.js';

/** One weight of a model, and whether it is to be pruned. */
export interface TfliteWeight {
  /** The tensor's name; where several have it, or it has none, with the numbers of subgraph and tensor behind. */
  readonly name: string;
  /** The name of its subgraph, or its number, and the tensor's number there. */
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: DataType;
  readonly elements: number;
  /** Elements that are ±0, or their zero point; `undefined` where that cannot be told. */
  readonly zeros: number | undefined;
  /** `sparse` where the file holds only the values that are left. */
  readonly stored: 'dense' | 'sparse';
  /** The inputs that it feeds. */
  readonly uses: readonly WeightUse[];
  /** What it does at its uses; `shared` where they differ. */
  readonly role: WeightRole | 'shared' | 'unused';
  /** Whole numbers with a scale and a zero point, pruned to the zero point. */
  readonly quantised: boolean;
  readonly pruned: boolean;
  /** Why it is pruned or left alone. */
  readonly reason: string;
}

/** What to prune in a model. */
export interface TfliteWeightOptions {
  /**
   * Which weights are pruned, instead of the usual choice or out of it. `include`: exactly what these pick. A name picks
   * any weight that can be pruned; a pattern or predicate looks only at those of two or more dimensions, so that
   * `/lstm/` takes no bias along. `exclude`: of what would be pruned, leave these out. `minElements`: fewest elements of
   * a kernel that is pruned without being named; unless told, the usual choice takes 64, or in a small model fewer, down
   * to a hundredth of what all kernels have.
   */
  readonly select?: Select;
}

/** The keys of {@link TfliteWeightOptions}. */
export const WEIGHT_OPTIONS: readonly string[] = ['select'];

/** A weight with what is needed to prune it. */
export interface ChosenWeight {
  readonly weight: TfliteWeight;
  readonly surveyed: Surveyed;
}

/**
 * Finds the weights of a `.tflite` model and chooses what to prune. What they feed decides, directly or through what only
 * changes their form (`DEQUANTIZE`, `DENSIFY`, `CAST`, `RESHAPE`, `TRANSPOSE` and the like), in every subgraph. Nothing is
 * executed.
 *
 * The usual choice are the kernels of convolutions, fully connected and recurrent layers and `BATCH_MATMUL`, of two or
 * more dimensions and at least `select.minElements` elements. Left alone are embeddings, biases, scales, what also does
 * something else, what is stored sparse already, and bases that nobody learned; `select.include` overrules that.
 *
 * Every tensor that has data is listed, in the order of subgraphs and tensors, with zeros counted; tensors that share
 * their data are one. The bytes are not changed.
 *
 * @throws TypeError when `bytes` are no `Uint8Array`, or an option has a wrong type
 * @throws PruneError `bad-model`; `unmatched-selector` when a selector picks nothing (the message lists what there is);
 *   `unsupported` when `select.include` names a weight that cannot be pruned
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { findTfliteWeights } from '@synaprune/tflite';
 *
 * const bytes = await readFile('model.tflite').catch(() => undefined);
 * for (const { name, shape, pruned, reason } of bytes ? findTfliteWeights(bytes) : []) {
 *   console.log(name, shape, pruned, reason);
 * }
 * ```
 */
export function findTfliteWeights(
  bytes: Uint8Array,
  options: TfliteWeightOptions = {},
): readonly TfliteWeight[] {
  requireOptions('findTfliteWeights', '', options, WEIGHT_OPTIONS, SELECT_ELSEWHERE);
  const model = openModel('findTfliteWeights', bytes);
  return chooseWeights('findTfliteWeights', model, options).map(({ weight }) => weight);
}

/**
 * {@link findTfliteWeights}, with what is needed to prune.
 *
 * @param whyLeft why a weight of the usual choice is left alone all the same, unless `select.include` picks it
 */
export function chooseWeights(
  caller: string,
  model: Model,
  { select }: TfliteWeightOptions,
  whyLeft: (assigned: Assigned) => string | undefined = () => undefined,
): readonly ChosenWeight[] {
  const { minElements } = readSelect(caller, select);
  const usual = survey(model, minElements).map((surveyed): ChosenWeight => {
    const weight = describeWeight(surveyed);
    const reason = weight.pruned ? whyLeft(surveyed.assigned) : undefined;
    return { surveyed, weight: reason === undefined ? weight : { ...weight, pruned: false, reason } };
  });
  return chooseBySelect(caller, usual, select);
}

function describeWeight({ name, assigned, format, zeros, pruned, reason }: Surveyed): TfliteWeight {
  const { tensor, uses, role } = assigned;
  return {
    name,
    place: placeOf(assigned),
    shape: tensor.shape,
    dataType: tensor.type,
    elements: tensor.elements,
    zeros: typeof format !== 'string' ? zeros : isCounted(tensor) ? zerosOf(tensor) : undefined,
    stored: tensor.sparse ? 'sparse' : 'dense',
    uses,
    role,
    quantised: tensor.quantisation !== undefined && /int/.test(tensor.type),
    pruned,
    reason,
  };
}

/** Whether zeros of what is stored sparse can be counted. */
function isCounted({ sparse, data, type }: Tensor): boolean {
  return sparse && data !== undefined && codecOf(type) !== undefined;
}
