import type { ObservedScore, Selector } from '@synaprune/core';
import type { ExternalData } from '@synaprune/onnx';
import type { ShapeRule } from '@synaprune/onnx/graph';
import type { GradientRule } from '../tape/gradient-rule.js';
import type { Loss, LossTerm } from './loss-options.js';

/** How weights follow their gradients. `g` is the gradient, `lr` the learning rate, a dash the new value. */
export type OptimizerSettings =
  | {
      /**
       * `a' = momentum·a + g`, `w' = w − lr·a'`, or with `nesterov` `w' = w − lr·(g + momentum·a')`. Without
       * momentum `w' = w − lr·g` and no slot.
       */
      readonly kind: 'sgd';
      /** In [0, 1). 0 unless told. */
      readonly momentum?: number;
      /** Off unless told. It needs momentum. */
      readonly nesterov?: boolean;
      /** Times the weight, added to its gradient. 0 unless told. */
      readonly weightDecay?: number;
    }
  | {
      /**
       * `m' = b1·m + (1 − b1)·g`, `v' = b2·v + (1 − b2)·g²`,
       * `w' = w − lr·(m' / (1 − b1ᵗ)) / (√(v' / (1 − b2ᵗ)) + epsilon)` with `t` the step.
       */
      readonly kind: 'adam' | 'adamw';
      /** In [0, 1). 0.9 unless told. */
      readonly beta1?: number;
      /** In [0, 1). 0.999 unless told. */
      readonly beta2?: number;
      /** 1e-30 or above. 1e-8 unless told. */
      readonly epsilon?: number;
      /**
       * `adam`: times the weight, added to its gradient; 0 unless told. `adamw`: decoupled, the weight loses
       * `lr·weightDecay·w` beside the update; 0.01 unless told.
       */
      readonly weightDecay?: number;
    }
  | {
      /**
       * `s' = decay·s + (1 − decay)·g²`, and in the form of PyTorch `w' = w − lr·g / (√s' + epsilon)`; with
       * momentum `a' = momentum·a + g / (√s' + epsilon)`, `w' = w − lr·a'`.
       */
      readonly kind: 'rmsprop';
      /**
       * `pytorch` unless told. `tensorflow`: `w' = w − lr·g / √(s' + epsilon)`; with momentum
       * `a' = momentum·a + lr·g / √(s' + epsilon)`, `w' = w − a'`.
       */
      readonly form?: 'pytorch' | 'tensorflow';
      /** In [0, 1). 0.99 unless told, 0.9 in the form of TensorFlow. */
      readonly decay?: number;
      /** In [0, 1). 0 unless told. */
      readonly momentum?: number;
      /**
       * Whether the mean gradient `c' = decay·c + (1 − decay)·g` is taken off: `s' − c'²` in place of `s'` where
       * it divides. Off unless told.
       */
      readonly centered?: boolean;
      /** 1e-30 or above. 1e-8 unless told, 1e-7 in the form of TensorFlow. */
      readonly epsilon?: number;
      /** Times the weight, added to its gradient. 0 unless told. */
      readonly weightDecay?: number;
    }
  | {
      /**
       * `s' = s + g²`, `w' = w − lr / (1 + (t − 1)·learningRateDecay)·g / (√(s' + initial) + epsilon)` with `t` the
       * step, in the form of PyTorch.
       */
      readonly kind: 'adagrad';
      /** At least 0. 0 unless told. */
      readonly learningRateDecay?: number;
      /** At least 0: what the sums begin with. 0 unless told, as in PyTorch; TensorFlow begins with 0.1. */
      readonly initial?: number;
      /** 1e-30 or above. 1e-10 unless told. */
      readonly epsilon?: number;
      /** Times the weight, added to its gradient. 0 unless told. */
      readonly weightDecay?: number;
    };

/** Weights that are updated in another way than the others. */
export interface ParameterGroup {
  /** Trained weights, by name, pattern or predicate. */
  readonly select: Selector | readonly Selector[];
  /** In place of the optimizer's. */
  readonly weightDecay?: number;
  /** Above 0. What the learning rate is multiplied by; 1 unless told. */
  readonly learningRateFactor?: number;
}

/** An optimizer: a name with all settings at their defaults, or settings. */
export type Optimizer = OptimizerSettings['kind'] | OptimizerSettings;

/** An operator of the user's own, or another gradient for a standard one. */
export interface OperatorRule {
  /** Types and shapes of the outputs. Needed for operators that this package does not know. */
  readonly shapes?: ShapeRule;
  /** Gradients by the inputs. */
  readonly gradient?: GradientRule;
}

/** A score that a step observes for, and the weights that it ranks. */
export interface StepScore {
  readonly score: ObservedScore;
  /** Names of trained weights. */
  readonly weights: readonly string[];
}

/** What {@link buildTrainingStep} is told. */
export interface TrainingStepOptions {
  /**
   * Concrete shapes of the model's inputs for this step, batch included. Needed for inputs whose dimensions the
   * model leaves open.
   */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
  /**
   * Shapes of values that are as large as their data say, by the names that nodes give them, `{ places: [2, 40] }`: what
   * `NonZero`, `Unique`, `Compress` and `NonMaxSuppression` compute of numbers that are not known before a step runs, and
   * what `Reshape`, `Expand`, `ConstantOfShape`, `Tile`, `Slice`, `Split`, `Range`, `TopK` and `OneHot` give by such. The
   * step is for those shapes; it fails where a batch has others. `findShapes` of `@synaprune/onnxruntime` finds them.
   */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /**
   * How many samples a batch has, for a model that was exported with a batch of 1: what follows from that (constant shapes
   * of `Reshape` and `Expand`, initial states, class tokens) is carried along. Each sample is computed as it was alone;
   * a node that lets samples meet, or of which that is not known, is refused by name. Samples lie along the first axis of
   * an input, or the axis of 1 for which `inputs` gives the batch.
   */
  readonly batch?: number;
  /** A loss, or a list of terms whose weighted sum it is: one for each output, or several of one. */
  readonly loss: Loss | readonly LossTerm[];
  /**
   * The model's outputs that the loss is of, each with targets of its own; several are added. The first unless told. Terms
   * name their outputs themselves.
   */
  readonly outputs?: string | readonly string[];
  readonly optimizer: Optimizer;
  /**
   * Weights with a decay or a learning rate of their own, each in one group at most; those in none are as the optimizer
   * says. `'noDecay'`, alone or in the list, takes the decay from biases and normalisations, in whatever group they are.
   * Slots do not depend on it, the learning rate neither.
   */
  readonly parameterGroups?: 'noDecay' | readonly (ParameterGroup | 'noDecay')[];
  /**
   * Bounds on the gradients: each element to `[−value, value]`, then all together to a Euclidean length of at
   * most `norm`.
   */
  readonly clip?: { readonly norm?: number; readonly value?: number };
  /**
   * Which tensors to train, by name, pattern or predicate. Unless told, the float32 parameters that lead to the loss,
   * by what they do: kernels, biases, embeddings, scales of normalisations and channels, positions, slopes. Left are
   * masks, anchors, rotary tables, Fourier bases and mel matrices, initial states, the numbers of formulas, and in
   * a model that keeps parameters in initializers the `Constant`s without a clear role. A single number is a parameter
   * where it is named like one (`alpha`, `logit_scale`, `mobile_one_block_3.w_0`). {@link TrainingStep.tensors} says
   * of each tensor what it is. What is picked here is trained whatever it is, if it can be.
   */
  readonly trainable?: Selector | readonly Selector[];
  /**
   * Which of those get a mask: `kernels` (unless told), the same that `pruneOnnx` of `@synaprune/onnx` prunes; or
   * selectors.
   */
  readonly masked?: 'kernels' | readonly Selector[];
  /**
   * Fewest elements of a kernel that gets a mask by itself, as in `pruneOnnx`. Unless told, 64; in a small model
   * fewer, down to a hundredth of what all kernels have.
   */
  readonly minElements?: number;
  /** How masks are fed, and what the caller promises about what they drop. */
  readonly masks?: {
    /**
     * `float32` (unless told): 1 keeps and 0 drops. `bool`: true keeps; a quarter of the bytes, and no comparison
     * before they are used.
     */
    readonly type?: 'float32' | 'bool';
    /**
     * Off unless told. With it the caller feeds +0 for every element that is dropped, in the weight and in its
     * slots, from the step on in which the mask drops it. A step then chooses once a weight, among the gradients,
     * rather than in the weight and in each slot; what was +0 stays +0, with any optimizer, and no NaN of a gradient
     * comes through.
     */
    readonly zeroed?: boolean;
    /**
     * Off unless told. With it what a mask drops stays in the weight and learns on: the model reads +0 in its place, and
     * the gradient by what was read goes to the weight as if nothing had been dropped. It does not go with `zeroed`.
     */
    readonly straightThrough?: boolean;
  };
  /**
   * Off unless told. With it gradients read values of the model that are computed again, segment by segment, from those at
   * the borders of segments, which alone are kept: for a third of the memory of activations or less where a model is deep,
   * and for about one more run of the model a step. The same nodes compute them, so all comes to the same bits in a session
   * with `graphOptimizationLevel: 'disabled'`; a runtime that optimises may put nodes together otherwise, and what comes
   * then may differ by roundings. `segments` is how many parts the model is cut into; unless told, the root of how many
   * large values there are.
   *
   * @see Chen et al. 2016, https://arxiv.org/abs/1604.06174
   */
  readonly recompute?: boolean | { readonly segments?: number };
  /**
   * Where large float32 tensors of the model lie that are not trained. `constants` (unless told): in the graph, which a
   * runtime copies and packs for each session. `inputs`: outside, as inputs that are listed in {@link TrainingStep.frozen},
   * so that all sessions read the same memory, and none holds copies of it.
   */
  readonly frozen?: 'constants' | 'inputs';
  /**
   * Which part of a step the graph is. `whole` (unless told). Where several batches make one step: `gradients`, the loss
   * and the gradients of a batch added to sums of them ({@link TrainingStep.gathers}), and `update`, from those sums to
   * new weights ({@link TrainingStep.gradientScale}).
   */
  readonly part?: 'whole' | 'gradients' | 'update';
  /**
   * Whether weights are updated, and gradients added to their sums, by functions of WebAssembly beside the graph
   * ({@link TrainingStep.kernels}) instead of by nodes in it: for one pass over weights and slots instead of a dozen, and
   * where a runtime copies what goes in and out, for a third of the copies, since slots and sums never do. To the same
   * bits. Bool masks only, and what a kernel cannot do stays in the graph. A step of the part `gradients` then updates by its
   * sums, too, where it need not know all of them together as `clip` does. Off unless told.
   */
  readonly kernels?: boolean;
  /**
   * Whether gradients are outputs too. `true`: after masking and clipping, as the optimizer takes them, so that they are
   * +0 for what is dropped. `dense`: before, so that what is dropped has its gradient too, which is what growth ranks
   * by. Off unless told: each is a copy a step.
   */
  readonly gradients?: boolean | 'dense';
  /**
   * Scores that look at training, and the weights that each ranks. What they remember comes in with a step and goes
   * out of it, as slots do ({@link StepWeight.memory}); `buildRanking` makes ranks of it.
   */
  readonly scores?: readonly StepScore[];
  /**
   * Which branch of an `If` to train, by the name of its node (or of its first output, where it has none). Needed where
   * the condition is computed when the model runs; where it follows from shapes and constants, the branch is known.
   */
  readonly branches?: Readonly<Record<string, 'then' | 'else'>>;
  /** Operators of the user's own, by name; those of another domain as `domain::Name`. */
  readonly rules?: Readonly<Record<string, OperatorRule>>;
  /**
   * `train`: `Dropout` drops, by uniform random numbers that the caller feeds ({@link TrainingStep.seeds}).
   * `inference` (unless told): it passes everything. `coupled`: as `train`, and each rate is fed as well
   * ({@link StepSeed.rate}), for a caller that lowers it as sparsity rises.
   */
  readonly dropout?: 'train' | 'inference' | 'coupled';
  /**
   * `train` (unless told): by the statistics of the batch, running statistics updated with the node's momentum.
   * `inference`: by the running statistics, which stay as they are.
   */
  readonly batchNormalization?: 'train' | 'inference';
  /**
   * The files that the model keeps weights in, as bytes, by the names that it has for them:
   * `{ 'model.onnx.data': bytes }`. All of them and no other; they are not changed. What is exported has all of its
   * weights in it.
   */
  readonly externalData?: ExternalData;
}

/** What options say of a model before it runs. */
export type ReadingOptions = Pick<
  TrainingStepOptions,
  'inputs' | 'shapes' | 'outputs' | 'branches' | 'rules' | 'externalData'
> &
  Partial<Pick<TrainingStepOptions, 'loss'>>;
