import { constantSparsity } from './constant-sparsity.js';
import { cosineRamp } from './cosine-ramp.js';
import { linearRamp } from './linear-ramp.js';
import { oneShot } from './one-shot.js';
import { polynomialDecay } from './polynomial-decay.js';
import type { Schedule } from './schedule.js';
import { synapticRamp } from './synaptic-ramp.js';

export { constantSparsity } from './constant-sparsity.js';
export { cosineRamp } from './cosine-ramp.js';
export { joinSchedules } from './join-schedules.js';
export { linearRamp } from './linear-ramp.js';
export { oneShot } from './one-shot.js';
export { type PolynomialRamp, polynomialDecay } from './polynomial-decay.js';
export type { Ramp } from './ramp.js';
export type { Schedule } from './schedule.js';
export { synapticRamp } from './synaptic-ramp.js';

/** Schedules by name, for recipes: each from plain data. A new one is a file and a line here, and one above. */
export const SCHEDULES: Readonly<Record<string, (options: never) => Schedule>> = {
  synapticRamp,
  polynomialDecay,
  linearRamp,
  cosineRamp,
  oneShot,
  constantSparsity: ({ sparsity }: { readonly sparsity: number }) => constantSparsity(sparsity),
};
