/** What a weight does where it is used: the words of `findWeights` of `@synaprune/onnx`. */
export type WeightRole =
  | 'kernel'
  | 'recurrent kernel'
  | 'embedding'
  | 'bias'
  | 'normalisation'
  /** The slope of a `Prelu`. */
  | 'slope'
  /** What multiplies or shifts values by channel. */
  | 'scale'
  /** What is added to values element by element. */
  | 'position'
  /** A running statistic of a batch normalisation. */
  | 'statistic'
  /** A shape, an axis, a bound: what an operator is told, and nobody learns. */
  | 'setting'
  | 'other';

/** Somewhere that a weight is used, directly or through what only changes its form. */
export interface WeightUse {
  /** Operator of a graph model, class of a layer, or `output` where the weight is one of the model. */
  readonly op: string;
  /** Number of the input, or what the layer calls it: `kernel`. */
  readonly input: number | string;
  /** Name of the node, behind that of the function that it is in; path of the layer. */
  readonly node: string;
  readonly role: WeightRole;
}

/** What a weight does in a model. */
export interface Assigned {
  /** Where it is: name of its node, path of its layer. */
  readonly place: string;
  readonly uses: readonly WeightUse[];
  /** Why it is pruned or not, before anything else is asked. */
  readonly reason: string;
  readonly role: WeightRole | 'shared' | 'unused';
  readonly kernel: boolean;
  /** Whether something learned lies before one of its uses, as far as that is known. */
  readonly behindLearned: boolean;
}

/** Whether a role is that of what is pruned unless told. */
export function isKernel(role: string): boolean {
  return role === 'kernel' || role === 'recurrent kernel';
}
