import { AMOUNTS, type Amounts, amountOfRemaining } from './amount-of-remaining.js';
import { constantSparsity } from './constant-sparsity.js';
import { cosineRamp } from './cosine-ramp.js';
import { linearRamp } from './linear-ramp.js';
import { oneShot } from './one-shot.js';
import { type PolynomialRamp, polynomialDecay } from './polynomial-decay.js';
import type { Ramp } from './ramp.js';
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

/** A schedule as data: the name of its function, and what that is called with. */
export type ScheduleRecipe =
  | ({ readonly kind: 'synapticRamp' | 'linearRamp' | 'cosineRamp' } & Ramp)
  | ({ readonly kind: 'polynomialDecay' } & PolynomialRamp)
  | ({ readonly kind: 'amountOfRemaining' } & Amounts)
  | { readonly kind: 'oneShot'; readonly to: number; readonly at: number }
  | { readonly kind: 'constantSparsity'; readonly sparsity: number };

const RAMP = ['from', 'to', 'start', 'end'];

/** Schedules by name, for recipes: each from plain data. A new one is a file and its lines here. */
export const SCHEDULES: Readonly<
  Record<
    ScheduleRecipe['kind'],
    { readonly keys: readonly string[]; readonly create: (options: never) => Schedule }
  >
> = {
  synapticRamp: { keys: RAMP, create: synapticRamp },
  linearRamp: { keys: RAMP, create: linearRamp },
  cosineRamp: { keys: RAMP, create: cosineRamp },
  polynomialDecay: { keys: [...RAMP, 'power'], create: polynomialDecay },
  amountOfRemaining: { keys: AMOUNTS, create: amountOfRemaining },
  oneShot: { keys: ['to', 'at'], create: oneShot },
  constantSparsity: {
    keys: ['sparsity'],
    create: ({ sparsity }: { readonly sparsity: number }) => constantSparsity(sparsity),
  },
};
