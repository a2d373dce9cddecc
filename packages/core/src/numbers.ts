/*
 * What a tensor's numbers say of it that nobody learned: tables of Fourier and cosine transforms, mel matrices, masks,
 * grids; which kernels are too small to be worth it; what a float16 is; and what rounding costs. For packages of formats, so that all of them mean
 * the same by a kernel.
 */
export { fixedBy, isNamedBasis } from './numbers/fixed-by.js';
export { floatOfHalf } from './numbers/float16.js';
export { areEqual } from './numbers/patterns.js';
export { type RoundingError, roundingError } from './numbers/rounding-error.js';
export type { Numbers } from './numbers/sinusoids.js';
export { smallKernels } from './numbers/small-kernels.js';
