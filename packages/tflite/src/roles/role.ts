/** What a weight does where it is used: the words of `findWeights` of `@synaprune/onnx`. */
export type WeightRole =
  | 'kernel'
  | 'recurrent kernel'
  | 'embedding'
  | 'bias'
  | 'normalisation'
  /** The slope of a `PRELU`. */
  | 'slope'
  /** What multiplies or shifts values. */
  | 'scale'
  /** A shape, an axis, a bound: what an operator is told, and nobody learns. */
  | 'setting'
  | 'other';

/** Somewhere that a weight is used, directly or through what only changes its form. */
export interface WeightUse {
  /** The operator: `CONV_2D`. */
  readonly op: string;
  /** Number of the input. */
  readonly input: number;
  /** The tensor that the operator gives first: operators have no names. */
  readonly node: string;
  readonly role: WeightRole;
}

/** Whether a role is that of what is pruned unless told. */
export function isKernel(role: string): boolean {
  return role === 'kernel' || role === 'recurrent kernel';
}
