import type { Notice } from '@synaprune/core';
import type { ElementType, WeightRole } from '@synaprune/onnx/graph';
import type { OptimizerSettings } from './options.js';

/** A tensor that a step is fed with at each run. */
export interface StepInput {
  /** Its name in the step graph. */
  readonly name: string;
  /**
   * The model's input that it belongs to; for targets and weights of samples the name by which a batch gives them, that
   * of the model's output unless a term of the loss has another.
   */
  readonly modelName: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** What the model declares where that is narrower, as float16 is, and the step takes float32. */
  readonly modelType?: ElementType;
  readonly role: 'input' | 'target' | 'sampleWeight';
  /**
   * For targets of which the loss says it: what their elements lie between, both included. Indices of classes
   * from 0 to one less than there are, and a step gives NaN for its loss where one lies elsewhere.
   */
  readonly limits?: readonly [least: number, most: number];
  /** For targets: the index outside of the limits that counts for nothing, where the loss has one. */
  readonly ignored?: number;
}

/** State of an optimizer for one weight, of the weight's shape, zeros before the first step. */
export interface OptimizerSlot {
  /**
   * `momentum`: accumulated updates. `m`, `v`: first and second moments. `square`, `mean`: mean square and mean
   * of gradients. `sum`: sum of their squares.
   */
  readonly kind: 'momentum' | 'm' | 'v' | 'square' | 'mean' | 'sum';
  readonly input: string;
  readonly output: string;
}

/** What a score remembers of a weight, zeros before the first step. */
export interface StepMemory {
  /** The score's place in `scores`. */
  readonly score: number;
  /** Its name in the score. */
  readonly name: string;
  /** The weight's, or 1 but along one axis of it. */
  readonly shape: readonly number[];
  readonly input: string;
  readonly output: string;
}

/** A weight that a step trains. */
export interface StepWeight {
  /** Its name in the model. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The step graph's input that takes its value, and the output that gives the new one. */
  readonly input: string;
  readonly output: string;
  /** The input that takes its mask: of the weight's shape, float32 where 1 keeps and 0 drops, or bool if asked for. */
  readonly mask?: string;
  /** The input that takes the sum of its gradients, where it is updated by that. */
  readonly gradientSum?: string;
  /** The output that gives its gradient. */
  readonly gradient?: string;
  readonly slots: readonly OptimizerSlot[];
  /** What scores remember of it; absent where none looks at it. */
  readonly memory?: readonly StepMemory[];
  /** What the model holds. */
  readonly initial: Float32Array;
}

/** A weight whose gradients come together over several batches. */
export interface GatheredWeight {
  /** Its name in the model. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly input: string;
  /** The input that takes its mask, unless weights come in zeroed. */
  readonly mask?: string;
  /** The sum so far, zeros at first, and with this batch. */
  readonly sum: { readonly input: string; readonly output: string };
}

/** How a batch's gradients go together with those of others. */
export interface StepGathering {
  /**
   * The input, a float32 scalar: above 0 gradients are multiplied by the count before they are added, so that their sum
   * divided by that of all counts is the gradient of the batches as one.
   */
  readonly byCount: string;
  /** The output, a float32 scalar: how many elements or positions the loss is the mean of, or the sum of their weights. */
  readonly count: string;
  /**
   * What the terms of the loss are means of, in parts of the first: only batches in which they are the same can be put
   * together by count. Absent where terms have weights of their own, which no one count can stand for.
   */
  readonly shares?: readonly number[];
  readonly weights: readonly GatheredWeight[];
}

/** A float tensor of the model, whether it is trained, and why. */
export interface StepTensor {
  /** Its name in the model. */
  readonly name: string;
  readonly shape: readonly number[];
  /** What it does where it is used; `shared` where uses differ. */
  readonly role: WeightRole | 'shared' | 'unused';
  readonly trained: boolean;
  readonly masked: boolean;
  /** What it is, and what keeps it from being trained or masked if anything does. */
  readonly reason: string;
}

/** State that is not trained: a running statistic of batch normalisation. */
export interface StepBuffer {
  /** Its name in the model. */
  readonly name: string;
  /** What it is of the values that pass; a variance is never below 0. */
  readonly statistic: 'mean' | 'variance';
  readonly shape: readonly number[];
  readonly input: string;
  readonly output: string;
  readonly initial: Float32Array;
}

/** A tensor of the model that is not trained, and comes in from outside. */
export interface StepFrozen {
  /** Its name in the model. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The step graph's input that takes its values, float32. */
  readonly input: string;
  /** A copy of its values. */
  read(): Float32Array;
}

/** Random numbers for one `Dropout`: float32, uniform in [0, 1), new ones at each run. */
export interface StepSeed {
  readonly name: string;
  readonly shape: readonly number[];
  /** The probability of dropping an element: those below it are dropped. */
  readonly probability: number;
  /** The input, a float32 scalar, that takes the probability at this run, where dropout is `coupled`. */
  readonly rate?: string;
}

/** An optimizer with every setting, defaults filled in. */
export type StepOptimizer = OptimizerSettings & {
  /** What weights in groups are updated by; absent where none is in one. */
  readonly parameterGroups?: readonly {
    readonly weightDecay: number;
    readonly learningRateFactor: number;
    /** Places in {@link TrainingStep.weights}. */
    readonly weights: readonly number[];
  }[];
};

/**
 * The update of a weight, or of a sum of its gradients, by a kernel: everything it reads and gives has the weight's shape, but
 * for the scalars.
 */
export interface StepKernel {
  /** The weight's name in the model. */
  readonly weight: string;
  /** The function of the module. */
  readonly entry: string;
  /** What it reads: names of inputs that the step graph would take, or of outputs that it gives ({@link StepKernels.outputs}). */
  readonly arrays: readonly string[];
  /** The same of bool, a byte an element. */
  readonly masks: readonly string[];
  /** The same of float32 scalars. */
  readonly scalars: readonly string[];
  /** What it gives: outputs of {@link StepWeight} or {@link GatheredWeight} that the step graph does not have. */
  readonly results: readonly string[];
}

/** Updates of weights, or of sums of gradients, beside the step graph, as functions of WebAssembly. */
export interface StepKernels {
  /**
   * The bytes of a module without imports. It exports `memory` and a function for each {@link StepKernel.entry}, whose one
   * parameter is how many elements to update, from 1 to `blockElements`. Before a call its memory has to hold the scalars
   * from 0 on, four bytes each, and in the blocks after the first, of `4 · blockElements` bytes, the arrays and then the
   * masks; after it the blocks that follow hold the results.
   */
  readonly module: Uint8Array;
  readonly blockElements: number;
  /** Outputs of the step graph that kernels read. */
  readonly outputs: readonly string[];
  /** Of the part `gradients`, for after each run: what adds gradients to their sums, where these are. */
  readonly adding: readonly StepKernel[];
  /** What updates weights and slots. */
  readonly kernels: readonly StepKernel[];
}

/** A training step as an ONNX graph, and what its inputs and outputs are for. */
export interface TrainingStep {
  /** The step graph, an ordinary .onnx of standard operators. */
  readonly model: Uint8Array;
  readonly inputs: readonly StepInput[];
  /** The input, a float32 scalar, that takes the learning rate. */
  readonly learningRate: string;
  /** The input, a float32 scalar, that takes the number of the step, counted from 1. */
  readonly step: string;
  /** Of the part `gradients`. */
  readonly gathers?: StepGathering;
  /** The input, a float32 scalar, that sums of gradients are multiplied by, where weights are updated by them. */
  readonly gradientScale?: string;
  /** The output, a float32 scalar, that gives the loss before the update. The part `update` has none. */
  readonly loss: string;
  /** Outputs that give the model's outputs, before the update. A run need not fetch them. */
  readonly outputs: readonly { readonly name: string; readonly modelName: string }[];
  /** None in a step of the part `gradients`, unless kernels update them once all batches have run. */
  readonly weights: readonly StepWeight[];
  /** Every float tensor of the model's own graph, in its order: what was taken, what was left, and why. */
  readonly tensors: readonly StepTensor[];
  readonly buffers: readonly StepBuffer[];
  /** Large tensors that are not trained; none unless `frozen` is `inputs`. */
  readonly frozen: readonly StepFrozen[];
  /** Inputs that take random numbers; none unless dropout is trained. */
  readonly seeds: readonly StepSeed[];
  /** The updates that are not in the graph; none unless `kernels` was asked for. */
  readonly kernels?: StepKernels;
  /** The optimizer with every setting, defaults filled in: what has to be the same for a run to go on. */
  readonly optimizer: StepOptimizer;
  /** What does not hold though it might be thought to: codes and sentences, listed in docs/notices.md. */
  readonly notices: readonly Notice[];
  /**
   * The model as it came, every node untouched, with new weights and buffers in their places. What came in
   * `externalData` is inside it: one file, whatever the model was.
   *
   * @param values by name in the model; what is missing stays
   * @throws RangeError when a name is none of a weight or buffer, or a value has another length
   */
  export(values: ReadonlyMap<string, Float32Array>): Uint8Array;
}
