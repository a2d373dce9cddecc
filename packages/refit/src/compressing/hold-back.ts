import type { Notice } from '@synaprune/core';
import { requireList, requireWhole } from '@synaprune/core/checks';

/** Samples to work by, and samples to measure by. */
export interface HeldBack<Sample> {
  readonly used: readonly Sample[];
  readonly heldBack: readonly Sample[];
  readonly notices: readonly Notice[];
}

/**
 * How many of so many samples are held back: a fifth, one at least.
 *
 * @throws TypeError | RangeError unless `samples` is a non-negative integer
 */
export function heldBackCount(samples: number): number {
  requireWhole('heldBackCount', 'samples', samples);
  return Math.max(1, Math.floor(samples / 5));
}

/**
 * Holds back the last fifth of samples. One alone is used and measured on, and a notice says so.
 *
 * @param done what is done with the others: `calibrated by`
 * @throws TypeError unless `samples` is an array
 */
export function holdBack<Sample>(samples: readonly Sample[], done: string): HeldBack<Sample> {
  requireList('holdBack', 'samples', samples);
  if (samples.length === 1) return { used: samples, heldBack: samples, notices: [noneHeldBack(done)] };
  const at = samples.length - heldBackCount(samples.length);
  return { used: samples.slice(0, at), heldBack: samples.slice(at), notices: [] };
}

/** Says that what was measured is what was used. */
export function noneHeldBack(done: string): Notice {
  const message =
    `one sample was given: it is ${done} and measured on, and what is measured says less of other inputs; give ` +
    'several, or some as heldBack';
  return { code: 'none-held-back', message };
}

/**
 * Says that a model was run on noise.
 *
 * @param madeUp lengths that the model leaves open and that were made up: `batch = 1`
 * @throws TypeError | RangeError unless `samples` is a non-negative integer and `madeUp` an array
 */
export function noiseNotice(samples: number, madeUp: readonly string[] = []): Notice {
  requireWhole('noiseNotice', 'samples', samples);
  requireList('noiseNotice', 'madeUp', madeUp);
  const lengths =
    madeUp.length === 0 ? '' : `; lengths that the model leaves open were made up (${madeUp.join(', ')})`;
  const message =
    `no inputs were given: these are answers to ${samples} samples of seeded noise${lengths}. What a model does to ` +
    'noise says little of what it does to real inputs: give some, a few dozen suffice';
  return { code: 'noise-inputs', message };
}
