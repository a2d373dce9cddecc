/** What a weight does at an input. */
export type WeightRole =
  | 'kernel'
  | 'recurrent kernel'
  | 'embedding'
  | 'bias'
  | 'normalisation'
  /** The slope of a `PRelu`. */
  | 'slope'
  /** What multiplies or shifts values by channel, or as one number that is named like a parameter. */
  | 'scale'
  /** What is added or joined to values element by element, before a kernel: positions, tokens. */
  | 'position'
  /** A running statistic of a `BatchNormalization`. */
  | 'statistic'
  /** Where a recurrent layer begins. */
  | 'state'
  | 'quantisation'
  /** A bound, an exponent, a mask: what an operator is told, and nobody learns. */
  | 'setting'
  | 'other';

/** Whether a role is that of something that training changes. */
export function isParameter(role: string): boolean {
  return PARAMETERS.has(role);
}

/** Whether a role is that of what is pruned in a file, and masked in training, unless told. */
export function isKernel(role: string): boolean {
  return role === 'kernel' || role === 'recurrent kernel';
}

const PARAMETERS: ReadonlySet<string> = new Set<WeightRole>([
  'kernel',
  'recurrent kernel',
  'embedding',
  'bias',
  'normalisation',
  'slope',
  'scale',
  'position',
]);
