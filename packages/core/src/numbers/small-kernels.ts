/** A kernel of fewer elements is small, */
const SMALL = 64;
/** if it is less than this part of all kernels too. */
const SMALL_PART = 0.01;

/**
 * Which kernels are too small for the usual choice. Unless told, those that have fewer than 64 elements and less
 * than a hundredth of all kernels' elements: they would bring nothing, while in a small model they are a good part.
 *
 * @param minElements fewest elements of a kernel that is large enough, if told
 * @param kernels elements of each kernel of the model
 * @returns why a kernel of so many elements is left out; `undefined` where it is not
 *
 * @example
 * ```ts
 * import { smallKernels } from '@synaprune/core/numbers';
 *
 * const why = smallKernels(undefined, [10_000, 40]);
 * console.log(why(40), why(10_000)); // fewer than 64 elements undefined
 * ```
 */
export function smallKernels(
  minElements: number | undefined,
  kernels: readonly number[],
): (elements: number) => string | undefined {
  const total = kernels.reduce((sum, elements) => sum + elements, 0);
  const least = minElements ?? Math.min(SMALL, SMALL_PART * total);
  return (elements) => (elements < least ? `fewer than ${minElements ?? SMALL} elements` : undefined);
}
