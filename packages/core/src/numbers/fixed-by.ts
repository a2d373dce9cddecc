import { isFilterBank } from './filter-bank.js';
import { isFarMask, isGrid, isMask } from './patterns.js';
import { areSinusoids, type Numbers } from './sinusoids.js';
import { areWindowedWaves, isSymmetricFilter } from './windowed-waves.js';

/** Words that name a basis which nobody trains, in the last part of a name. */
const BASES =
  /(^|_)(mel|mels|mel_?banks?|mel_?filters?|mel_?w|filter_?banks?|fbank|fb|i?dft|i?dct|i?r?fft|i?stft|basis|hann|hamming|window|cos|sin|cosine|sine|fourier)(_|$)/i;
/** The same for tables that are looked up or added. */
const TABLES = /(^|_)(cos|sin|cosine|sine|rotary|rope|inv_freq|sinusoids?|sinusoidal|fourier)(_|$)/i;

/**
 * Whether a name says that its tensor is a basis: `melW`, `stft.forward_basis_buffer`, `cos_cached`.
 *
 * @param role `kernel`, or another: tables that are looked up or added have other names
 *
 * @example
 * ```ts
 * import { isNamedBasis } from '@synaprune/core/numbers';
 *
 * console.log(isNamedBasis('frontend/melW', 'kernel'), isNamedBasis('dense/kernel', 'kernel')); // true false
 * ```
 */
export function isNamedBasis(name: string, role: string): boolean {
  const last = name.replace(/:\d+$/, '').split(/[./:]/).at(-1) ?? '';
  const words = last.replace(/([a-z])([A-Z])/g, '$1_$2');
  return (role === 'kernel' ? BASES : TABLES).test(words);
}

const WAVES = 'fixed basis: its numbers are waves, as those of positions';
const GRID = 'a grid: its numbers go on by equal steps';

/**
 * What a tensor's numbers say it is that nobody has learned, for a role that what is learned may have too.
 *
 * @param role `kernel`, `recurrent kernel`, `embedding`, `position`, `scale`, `bias`, `normalisation` or `other`
 * @returns the reason, for lists of weights; `undefined` where they may have been learned
 *
 * @example
 * ```ts
 * import { fixedBy } from '@synaprune/core/numbers';
 *
 * const shape = [32, 40];
 * const table = { shape, at: (i: number) => Math.cos((Math.PI / 40) * ((i % 40) + 0.5) * Math.floor(i / 40)) };
 * console.log(fixedBy('kernel', table)); // fixed basis: its numbers are waves, as those of a Fourier transform
 * ```
 */
export function fixedBy(role: string, numbers: Numbers): string | undefined {
  switch (role) {
    case 'kernel':
    case 'recurrent kernel':
      if (areSinusoids(numbers)) return 'fixed basis: its numbers are waves, as those of a Fourier transform';
      if (isFilterBank(numbers)) return 'fixed basis: its numbers are a bank of filters, as a mel matrix';
      if (areWindowedWaves(numbers))
        return 'fixed basis: its numbers are waves under windows, as of a constant-Q transform';
      if (isSymmetricFilter(numbers)) return 'fixed basis: one filter, the same forwards and backwards';
      return areSteps(numbers) ? 'fixed basis: it holds the numbers 0, 1, 2 and so on' : undefined;
    case 'embedding':
    case 'other':
      return areSinusoids(numbers) ? WAVES : undefined;
    case 'position':
      if (areSinusoids(numbers)) return WAVES;
      if (isMask(numbers)) return 'a mask';
      return isGrid(numbers) ? GRID : undefined;
    case 'scale':
      if (isMask(numbers) && numbers.shape.some((edge) => edge > 1)) return 'a mask';
      return isGrid(numbers) ? GRID : undefined;
    case 'bias':
    case 'normalisation':
      return isFarMask(numbers) ? 'a mask' : undefined;
    default:
      return undefined;
  }
}

/** The expectation of a distribution over bins, as detectors of boxes take it: a 1×1 convolution by 0, 1, 2 … */
function areSteps({ shape, at }: Numbers): boolean {
  const [filters, bins = 0, ...rest] = shape;
  if (filters !== 1 || bins < 8 || rest.length === 0 || rest.some((edge) => edge !== 1)) return false;
  for (let i = 0; i < bins; i += 1) if (at(i) !== i) return false;
  return true;
}
