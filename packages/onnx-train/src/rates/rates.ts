import { requireFinite, requireOptions, requireWhole } from '@synaprune/core/checks';
import { requireAbove0, requireAtLeast0 } from '../options/check-float32.js';

/** The learning rate of a step, counted from 0: of `trainer.steps`, as it is before the step. */
export type RateSchedule = (step: number) => number;

/**
 * The same rate at every step.
 *
 * @throws TypeError | RangeError unless the rate is a finite number of at least 0
 *
 * @example
 * ```ts
 * import { constantRate, warmupRate } from '@synaprune/onnx-train';
 *
 * const rate = warmupRate(constantRate(0.1), { steps: 4 });
 * console.log([0, 1, 2, 4, 50].map(rate)); // [ 0, 0.025, 0.05, 0.1, 0.1 ]
 * ```
 */
export function constantRate(rate: number): RateSchedule {
  requireAtLeast0('constantRate', 'rate', rate);
  return () => rate;
}

/**
 * Another schedule after a rise to where it begins: `r(0)·(from + (1 − from)·step / steps)` for `steps` steps, then
 * `r(step − steps)`.
 *
 * @param options.steps how many steps it takes, 1 or more
 * @param options.from where it begins, as a fraction of `r(0)` in [0, 1]; 0 unless told
 * @throws TypeError | RangeError when an option is unknown or out of range
 *
 * @example A rise over 100 steps, then half a wave down
 * ```ts
 * import { cosineRate, warmupRate } from '@synaprune/onnx-train';
 *
 * const rate = warmupRate(cosineRate({ rate: 0.01, steps: 900 }), { steps: 100 });
 * console.log([0, 50, 100, 550, 1000].map((step) => Number(rate(step).toFixed(4)))); // [ 0, 0.005, 0.01, 0.005, 0 ]
 * ```
 */
export function warmupRate(
  then: RateSchedule,
  options: { readonly steps: number; readonly from?: number },
): RateSchedule {
  requireOptions('warmupRate', '', options, ['steps', 'from']);
  const { steps, from = 0 } = options;
  requireWhole('warmupRate', 'steps', steps, 1);
  requireFinite('warmupRate', 'from', from);
  if (from < 0 || from > 1) throw new RangeError(`warmupRate needs from in [0, 1], got ${from}`);
  return (step) => (step < steps ? then(0) * (from + ((1 - from) * step) / steps) : then(step - steps));
}

/**
 * Half a wave down: `to + (rate − to)·(1 + cos(π·step / steps)) / 2`, and `to` from there on.
 *
 * @param options.rate the rate at step 0
 * @param options.to the last one; 0 unless told
 * @throws TypeError | RangeError when an option is unknown or out of range
 * @see Loshchilov and Hutter 2016, equation 5, https://arxiv.org/abs/1608.03983
 *
 * @example
 * ```ts
 * import { cosineRate } from '@synaprune/onnx-train';
 *
 * const rate = cosineRate({ rate: 0.1, to: 0.01, steps: 100 });
 * console.log([0, 50, 100, 200].map((step) => Number(rate(step).toFixed(4)))); // [ 0.1, 0.055, 0.01, 0.01 ]
 * ```
 */
export function cosineRate(options: {
  readonly rate: number;
  readonly to?: number;
  readonly steps: number;
}): RateSchedule {
  requireOptions('cosineRate', '', options, ['rate', 'to', 'steps']);
  const { rate, to = 0, steps } = requireFall('cosineRate', options);
  return (step) => to + ((rate - to) * (1 + Math.cos(Math.PI * Math.min(1, step / steps)))) / 2;
}

/**
 * Down along a power: `to + (rate − to)·(1 − step / steps)^power`, and `to` from there on. A straight line unless `power`
 * is told.
 *
 * @throws TypeError | RangeError when an option is unknown or out of range
 *
 * @example
 * ```ts
 * import { polynomialRate } from '@synaprune/onnx-train';
 *
 * console.log([0, 5, 10].map(polynomialRate({ rate: 0.2, steps: 10, power: 2 }))); // [ 0.2, 0.05, 0 ]
 * ```
 */
export function polynomialRate(options: {
  readonly rate: number;
  readonly to?: number;
  readonly steps: number;
  readonly power?: number;
}): RateSchedule {
  requireOptions('polynomialRate', '', options, ['rate', 'to', 'steps', 'power']);
  const { rate, to = 0, steps } = requireFall('polynomialRate', options);
  const { power = 1 } = options;
  requireAbove0('polynomialRate', 'power', power);
  return (step) => to + (rate - to) * (1 - Math.min(1, step / steps)) ** power;
}

/**
 * Down by a factor every so many steps: `rate·factor^⌊step / every⌋`.
 *
 * @throws TypeError | RangeError when an option is unknown or out of range
 *
 * @example
 * ```ts
 * import { stepwiseRate } from '@synaprune/onnx-train';
 *
 * console.log([0, 29, 30, 60].map(stepwiseRate({ rate: 0.4, every: 30, factor: 0.5 }))); // [ 0.4, 0.4, 0.2, 0.1 ]
 * ```
 */
export function stepwiseRate(options: {
  readonly rate: number;
  readonly every: number;
  readonly factor: number;
}): RateSchedule {
  requireOptions('stepwiseRate', '', options, ['rate', 'every', 'factor']);
  const { rate, every, factor } = options;
  requireAtLeast0('stepwiseRate', 'rate', rate);
  requireWhole('stepwiseRate', 'every', every, 1);
  requireAbove0('stepwiseRate', 'factor', factor);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * Up to a rate and down far below where it began, each half a wave, in `steps` steps: PyTorch's `OneCycleLR`.
 *
 * @param options.rate the largest
 * @param options.rise the part of the steps that it rises for, in (0, 1); 0.3 unless told
 * @param options.first what it begins with, as a fraction of the largest; 1 / 25 unless told
 * @param options.last what it ends with, as a fraction of the largest; 1 / 250,000 unless told
 * @throws TypeError | RangeError when an option is unknown or out of range
 * @see Smith and Topin 2017, https://arxiv.org/abs/1708.07120
 *
 * @example
 * ```ts
 * import { oneCycleRate } from '@synaprune/onnx-train';
 *
 * const rate = oneCycleRate({ rate: 0.1, steps: 100 });
 * console.log([0, 29, 99].map((step) => Number(rate(step).toFixed(4)))); // [ 0.004, 0.1, 0 ]
 * ```
 */
export function oneCycleRate(options: {
  readonly rate: number;
  readonly steps: number;
  readonly rise?: number;
  readonly first?: number;
  readonly last?: number;
}): RateSchedule {
  requireOptions('oneCycleRate', '', options, ['rate', 'steps', 'rise', 'first', 'last']);
  const { rate, steps, rise = 0.3, first = 1 / 25, last = 1 / 25e4 } = options;
  requireAtLeast0('oneCycleRate', 'rate', rate);
  requireWhole('oneCycleRate', 'steps', steps, 2);
  requireFinite('oneCycleRate', 'rise', rise);
  requireAtLeast0('oneCycleRate', 'first', first);
  requireAtLeast0('oneCycleRate', 'last', last);
  const top = rise * steps - 1;
  if (!(top > 0 && top < steps - 1)) {
    throw new RangeError(
      `oneCycleRate needs rise in (0, 1) and more than a step up and one down, got ${rise} of ${steps} steps`,
    );
  }
  const wave = (from: number, to: number, part: number) =>
    to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, part)))) / 2;
  return (step) =>
    rate * (step <= top ? wave(first, 1, step / top) : wave(1, last, (step - top) / (steps - 1 - top)));
}

/** What falls from a rate in some steps. */
function requireFall<Options extends { readonly rate: number; readonly to?: number; readonly steps: number }>(
  caller: string,
  options: Options,
): Options {
  requireAtLeast0(caller, 'rate', options.rate);
  if (options.to !== undefined) requireAtLeast0(caller, 'to', options.to);
  requireWhole(caller, 'steps', options.steps, 1);
  return options;
}
