// @ts-check
/**
 * Whether tests take the long way where a short one checks nearly as much: `npm test -- --whole`, once a week in CI. The
 * conformance kit then runs whole wherever it runs, copied examples are installed from the registry and built by their own
 * TypeScript, and the demo on tfjs trains on its own series.
 */
export const whole = Boolean(process.env.SYNAPRUNE_WHOLE);

/**
 * The part of the conformance kit that a test runs whose kernels another test holds to the whole kit already: on an emulated
 * device, where all of it takes minutes, or on weights that lie elsewhere.
 */
export const kitPart = whole ? { number: 1, of: 1 } : { number: 1, of: 4 };

/** Half of that, where another test runs that part on the same device by the same kernels. */
export const kitEighth = whole ? kitPart : { number: 1, of: 8 };
