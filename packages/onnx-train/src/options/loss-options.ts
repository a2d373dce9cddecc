/** A loss that the step computes from predictions and targets, and its settings. */
export type TargetLoss =
  | DistanceLoss
  | HuberLoss
  | CrossEntropyLoss
  | BinaryCrossEntropyLoss
  | DistillationLoss;

/** What every loss of targets may be told. */
interface SampleWeighted {
  /**
   * Off unless told. With it every batch brings a weight for each of its samples, which are the first axis of the
   * output: `Σ s·l / Σ s` over all that the loss is a mean of, with `l` the loss there and `s` at least 0. Where all are
   * 0 the loss is NaN, and gradients are 0.
   */
  readonly sampleWeights?: boolean;
}

/** Mean of the squares, `mean((p − t)²)`; mean of the absolute differences, `mean(|p − t|)`. */
export interface DistanceLoss extends SampleWeighted {
  readonly kind: 'mse' | 'mae';
}

/** Half the square up to `delta`, a line beyond: `mean(d² / 2)`, `mean(delta·(|d| − delta / 2))`. */
export interface HuberLoss extends SampleWeighted {
  readonly kind: 'huber';
  /** Above 0. 1 unless told. */
  readonly delta?: number;
}

/**
 * `−Σ t·log softmax(p)` over the classes, the mean over everything but their axis.
 *
 * With weights `w` of classes, `Σ_i −Σ_c w_c·t_ic·log softmax(p)_ic / Σ_i Σ_c w_c·t_ic`: the mean is by the weights of
 * the targets, as PyTorch has it for indices. One-hot targets give the same number as the indices that they stand for;
 * PyTorch divides those by the number of positions instead.
 */
export interface CrossEntropyLoss extends SampleWeighted {
  readonly kind: 'crossEntropy';
  /** What the output holds: logits (unless told), or probabilities, for a model that ends in a softmax. */
  readonly from?: 'logits' | 'probabilities';
  /** What targets hold: for each class a float, as one-hot (unless told), or an int64 index of a class. */
  readonly targets?: 'oneHot' | 'indices';
  /** The axis of the classes. −1 unless told. */
  readonly axis?: number;
  /** A weight for each class, at least 0: above 1 for what is rare, 0 for what does not count. */
  readonly classWeights?: readonly number[];
  /**
   * The index in targets that marks what counts for nothing, such as −100 or that of padding: the mean is over the
   * others. Where all are ignored the loss is NaN, as in PyTorch, but gradients are 0, so that no weight is harmed.
   * Unless told no index is ignored, and one of no class makes the loss NaN.
   */
  readonly ignoreIndex?: number;
  /**
   * In [0, 1), 0 unless told. The target of a class becomes `(1 − labelSmoothing)·t + labelSmoothing / classes`; what
   * a position weighs in the mean stays as it was.
   */
  readonly labelSmoothing?: number;
}

/** `−positiveWeight·t·log σ(p) − (1 − t)·log(1 − σ(p))`, the mean over all elements. */
export interface BinaryCrossEntropyLoss extends SampleWeighted {
  readonly kind: 'binaryCrossEntropy';
  /** What the output holds: logits (unless told), or probabilities, for a model that ends in a sigmoid. */
  readonly from?: 'logits' | 'probabilities';
  /** What a yes weighs, above 0: above 1 where it is rare. One number, or one for each place of the last axis. 1 unless told. */
  readonly positiveWeight?: number | readonly number[];
  /** In [0, 1), 0 unless told. The target becomes `(1 − labelSmoothing)·t + labelSmoothing / 2`. */
  readonly labelSmoothing?: number;
}

/**
 * How far the output's distribution is from a teacher's, whose logits are the targets, both softened by a temperature:
 * `T²·Σ q·(log q − log p)` over the classes with `p = softmax(logits / T)`, `q = softmax(teacher / T)`, the mean over
 * everything but their axis. `T²` keeps gradients as large as those of labels, whatever the temperature. It is 0 where
 * the two agree.
 *
 * @see Hinton, Vinyals and Dean 2015, section 2, https://arxiv.org/abs/1503.02531
 */
export interface DistillationLoss extends SampleWeighted {
  readonly kind: 'distillation';
  /** Above 0. 1 unless told; 2 to 5 are common. */
  readonly temperature?: number;
  /** The axis of the classes. −1 unless told. */
  readonly axis?: number;
}

/** The model computes its loss itself. An output of several elements is averaged. */
export interface OutputLoss {
  readonly kind: 'output';
  readonly name: string;
}

/** A loss: a name with all settings at their defaults, settings, or an output of the model that is the loss. */
export type Loss = TargetLoss['kind'] | TargetLoss | OutputLoss;

/** A part of a loss that is a weighted sum. */
export interface LossTerm {
  readonly loss: Loss;
  /** The output that it is of. Needed unless `loss` is an output itself. */
  readonly output?: string;
  /** Above 0. What it is multiplied by; 1 unless told. */
  readonly weight?: number;
  /**
   * The name by which a batch gives its targets: the output's unless told. Two terms of one output need a name each,
   * unless they share targets: `targets: 'teacher'` for a distillation beside labels.
   */
  readonly targets?: string;
}
