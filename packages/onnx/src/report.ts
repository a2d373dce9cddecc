import type { Notice } from '@synaprune/core';
import { choiceNotices, emptiedNotices } from './notices.js';
import type { ChosenWeight, OnnxWeight } from './weights/find-weights.js';

/** Before and after. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** How sparse something has become. */
export interface OnnxSparsity {
  readonly elements: number;
  /** Elements that are ±0, or the zero point. */
  readonly zeros: Change;
  /** `zeros / elements`, in [0, 1]. */
  readonly sparsity: Change;
}

/** One weight of an {@link OnnxReport}. */
export interface OnnxWeightReport extends OnnxSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: OnnxWeight['dataType'];
  readonly role: OnnxWeight['role'];
}

/**
 * What pruning did to a model. Zeros make no runtime faster and no file shorter: what they are worth is the
 * compressed size, which the caller can measure.
 */
export interface OnnxReport {
  /** The weights that were pruned, in their order. */
  readonly weights: readonly OnnxWeightReport[];
  readonly total: OnnxSparsity;
  /** The tensors that were left alone, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** Bytes of the model, with the files of its external data, uncompressed. */
  readonly sizeBytes: number;
  /** What is not as one would think, though nothing failed. Empty where all is well. */
  readonly notices: readonly Notice[];
}

/**
 * @param zeros of each pruned weight, afterwards
 * @param before of each pruned weight, where they were not counted when it was chosen
 */
export function reportOf(
  chosen: readonly ChosenWeight[],
  zeros: readonly number[],
  sizeBytes: number,
  {
    before = [],
    notices = [],
  }: { readonly before?: readonly number[]; readonly notices?: readonly Notice[] } = {},
): OnnxReport {
  const weights = chosen
    .filter(({ weight }) => weight.pruned)
    .map(({ weight }, i): OnnxWeightReport => {
      const { name, place, shape, dataType, role, elements } = weight;
      const was = weight.zeros ?? before[i] ?? 0;
      return { name, place, shape, dataType, role, ...sparsityOf(elements, was, zeros[i]!) };
    });
  const sum = (of: (weight: OnnxWeightReport) => number) => weights.reduce((all, each) => all + of(each), 0);
  const total = sparsityOf(
    sum(({ elements }) => elements),
    sum((weight) => weight.zeros.before),
    sum((weight) => weight.zeros.after),
  );
  return {
    weights,
    total,
    leftAlone: chosen
      .filter(({ weight }) => !weight.pruned)
      .map(({ weight: { name, elements, reason } }) => ({ name, elements, reason })),
    sizeBytes,
    notices: [...notices, ...choiceNotices(chosen), ...emptiedNotices(weights, total)],
  };
}

function sparsityOf(elements: number, before: number, after: number): OnnxSparsity {
  return {
    elements,
    zeros: { before, after },
    sparsity: { before: before / elements, after: after / elements },
  };
}
