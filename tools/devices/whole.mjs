// @ts-check
/**
 * Whether tests take the long way where a short one checks nearly as much: `npm test -- --whole`, once a week in CI. The
 * conformance kit then runs whole wherever it runs, generated cases are as many as there are seeds for, all examples are
 * copied, installed from the registry and built by their own TypeScript, and the demo trains on tfjs, too.
 */
export const whole = Boolean(process.env.SYNAPRUNE_WHOLE);

/**
 * The part of the conformance kit that a test runs whose kernels another test holds to the whole kit already. Every law and every
 * kind of case is in it.
 */
export const kitPart = whole ? { number: 1, of: 1 } : { number: 1, of: 8 };

/** Half of that, where another test runs that part by the same kernels: it shows that they work there too. */
export const kitSmoke = whole ? kitPart : { number: 1, of: 16 };

/**
 * A quarter of that, on a software device in Chromium where the same WGSL meets more in Node: at least a case of every law,
 * and among them blocks, channels, N of M and elements that come back. It shows that they work by the browser's WebGPU too.
 */
export const kitGlance = whole ? kitPart : { number: 1, of: 64 };
