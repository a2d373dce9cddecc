import type { Candidate, RecipeOptions } from '@synaprune/core';

/**
 * Whether a weight is the kernel of a depthwise convolution, `[channels, 1, height, width]`. There are few of
 * these numbers (2.6 % of the weights), and their gradients take a fifth of a step: both arms leave them alone.
 */
export function isDepthwise({ shape }: Pick<Candidate, 'shape'>): boolean {
  return shape.length === 4 && shape[1] === 1 && shape[2]! > 1;
}

/** Whether training may change a tensor: all but depthwise kernels and single numbers. */
export function isTrained(candidate: Candidate): boolean {
  return !isDepthwise(candidate) && candidate.shape.some((edge) => edge > 1);
}

/** The weights that a recipe selects, without depthwise kernels. */
export function sparingDepthwise(select: RecipeOptions['select'] = {}): NonNullable<RecipeOptions['select']> {
  return { ...select, exclude: [...(select.exclude ?? []), isDepthwise] };
}
