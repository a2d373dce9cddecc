// @ts-check
/**
 * The part of the conformance kit that a test runs on an emulated device whose kernels another test holds to the whole kit
 * already: software WebGL and WebGPU take minutes for all of it. `npm test -- --whole` runs all of it everywhere.
 */
export const kitPart = process.env.SYNAPRUNE_WHOLE_KIT ? { number: 1, of: 1 } : { number: 1, of: 4 };
