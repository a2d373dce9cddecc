import { isFloat } from '../../elements/element-type.js';
import { elementBytes, isOutOfReach } from '../../view/element-bytes.js';
import type { TensorView } from '../../view/model-view.js';
import { numberReader } from '../../view/numbers.js';
import type { WeightRole } from '../table/role.js';
import { isFilterBank } from './filter-bank.js';
import { areEqual, isFarMask, isGrid, isMask } from './patterns.js';
import { areSinusoids, type Numbers } from './sinusoids.js';

/** Words that name a basis which nobody trains, in the last part of a name. */
const BASES =
  /(^|_)(mel|mels|mel_?banks?|mel_?filters?|mel_?w|filter_?banks?|fbank|fb|i?dft|i?dct|i?r?fft|i?stft|basis|hann|hamming|window|cos|sin|cosine|sine|fourier)(_|$)/i;
/** The same for tables that are looked up or added. */
const TABLES = /(^|_)(cos|sin|cosine|sine|rotary|rope|inv_freq|sinusoids?|sinusoidal|fourier)(_|$)/i;

/** The numbers of a float tensor that lies in the file. */
export function numbersOf(bytes: Uint8Array, tensor: TensorView): Numbers | undefined {
  const { nonZeros, shape, type, elements } = tensor;
  if (isOutOfReach(tensor) || nonZeros !== undefined || elements === 0 || !isFloat(type.name))
    return undefined;
  const units = elementBytes(bytes, tensor);
  const at = numberReader(tensor, new DataView(units.buffer, units.byteOffset, units.byteLength));
  return at && { shape, at };
}

/** Whether a name says that its tensor is a basis: `melW`, `stft.forward_basis_buffer`, `cos_cached`. */
export function isNamedBasis(name: string, role: WeightRole): boolean {
  const last = name.replace(/:\d+$/, '').split(/[./:]/).at(-1) ?? '';
  const words = last.replace(/([a-z])([A-Z])/g, '$1_$2');
  return (role === 'kernel' ? BASES : TABLES).test(words);
}

const WAVES = 'fixed basis: its numbers are waves, as those of positions';
const GRID = 'a grid: its numbers go on by equal steps';

/** What a tensor's numbers say it is that nobody has learned, for a role that what is learned may have too. */
export function fixedBy(role: WeightRole, numbers: Numbers): string | undefined {
  switch (role) {
    case 'kernel':
    case 'recurrent kernel':
      if (areSinusoids(numbers)) return 'fixed basis: its numbers are waves, as those of a Fourier transform';
      if (isFilterBank(numbers)) return 'fixed basis: its numbers are a bank of filters, as a mel matrix';
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

/** Whether all elements of a tensor are equal, where they can be looked at. */
export function isEven(bytes: Uint8Array, tensor: TensorView): boolean {
  const numbers = numbersOf(bytes, tensor);
  return numbers !== undefined && areEqual(numbers);
}
