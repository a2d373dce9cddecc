import { PruneError, readSelect, type Select, type Selector, selectWeights } from '@synaprune/core';
import { quote, requireOptions } from '@synaprune/core/checks';
import type { DataType } from '../model/element-type.js';
import type { Model } from '../model/model.js';
import { openModel } from '../model/open-model.js';
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
  /** Elements that are ±0, or their zero point; `undefined` where the weight cannot be pruned. */
  readonly zeros: number | undefined;
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

/** Where what picks weights is given, for whoever gives it beside `select`. */
export const WEIGHT_ELSEWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  ['include', 'exclude', 'minElements'].map((name) => [name, `it is select: { ${name} }`]),
);

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
  requireOptions('findTfliteWeights', '', options, WEIGHT_OPTIONS, WEIGHT_ELSEWHERE);
  const model = openModel('findTfliteWeights', bytes);
  return chooseWeights('findTfliteWeights', model, options).map(({ weight }) => weight);
}

/** {@link findTfliteWeights}, with what is needed to prune. */
export function chooseWeights(
  caller: string,
  model: Model,
  { select }: TfliteWeightOptions,
): readonly ChosenWeight[] {
  const { include, exclude, minElements } = readSelect(caller, select);
  const usual = survey(model, minElements).map(
    (surveyed): ChosenWeight => ({ surveyed, weight: describeWeight(surveyed) }),
  );
  const candidates = usual.map(({ weight }) => weight);
  const included = include && new Set(selectIncluded(usual, include));
  const excluded = new Set(selectWeights(candidates, exclude));
  return usual.map((each) => {
    const { weight } = each;
    const decide = (pruned: boolean, reason: string): ChosenWeight => ({
      ...each,
      weight: { ...weight, pruned, reason },
    });
    if (excluded.has(weight)) return decide(false, 'excluded');
    if (included === undefined) return each;
    if (!included.has(weight)) return decide(false, 'not included');
    const isSmall = weight.elements < (minElements ?? 0) && include?.includes(weight.name) === false;
    return isSmall ? decide(false, `included, fewer than ${minElements} elements`) : decide(true, 'included');
  });
}

function describeWeight({ name, assigned, format, zeros, pruned, reason }: Surveyed): TfliteWeight {
  const { tensor, uses, role } = assigned;
  return {
    name,
    place: placeOf(assigned),
    shape: tensor.shape,
    dataType: tensor.type,
    elements: tensor.elements,
    zeros: typeof format === 'string' ? undefined : zeros,
    uses,
    role,
    quantised: tensor.quantisation !== undefined && /int/.test(tensor.type),
    pruned,
    reason,
  };
}

function selectIncluded(usual: readonly ChosenWeight[], include: readonly Selector[]): TfliteWeight[] {
  const names = include.filter((selector) => typeof selector === 'string');
  const others = include.filter((selector) => typeof selector !== 'string');
  const named = selectWeights(
    usual.map(({ weight }) => weight),
    names,
  );
  for (const { weight, surveyed } of usual) {
    if (named.includes(weight) && typeof surveyed.format === 'string') {
      throw new PruneError('unsupported', `${quote(weight.name)} cannot be pruned: ${surveyed.format}`);
    }
  }
  const able = usual.filter(
    ({ weight, surveyed: { format } }) => typeof format !== 'string' && weight.shape.length > 1,
  );
  const picked = selectWeights(
    able.map(({ weight }) => weight),
    others,
  );
  return [...named, ...picked];
}
