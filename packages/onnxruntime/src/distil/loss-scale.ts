import type { Loss, LossTerm, TargetLoss } from '@synaprune/onnx-train';

/** Probabilities closer to 0 than this count as this, as the loss of a step has it. */
const SMALLEST = 1e-7;

/** The targets of an output: what a teacher gives, as the loss takes it. */
export interface SoftTarget {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** How far answers are from targets, in the numbers of a loss. */
export interface LossScale {
  /** The teacher's output as targets: logits become the probabilities that they stand for. */
  targetOf(answer: SoftTarget): SoftTarget;
  /** The loss that the targets themselves have. No answer has a smaller one. */
  floor(target: SoftTarget): number;
  /** The loss of answers, as a step computes it. */
  loss(answer: SoftTarget, target: SoftTarget): number;
  /** The loss of answers that know nothing but the mean of all these targets. */
  ignorance(targets: readonly SoftTarget[]): number;
}

/** @throws TypeError when the loss takes no targets like a teacher's outputs */
export function lossScale(loss: Loss | readonly LossTerm[]): LossScale {
  if (isList(loss)) throw unfit('one loss', 'a list of terms');
  const settings: Exclude<Loss, string> = typeof loss === 'string' ? { kind: loss } : loss;
  if (settings.kind === 'output') throw unfit('a loss of targets', 'kind "output"');
  if (settings.kind === 'distillation') {
    throw unfit('a loss of what the teacher gives', 'kind "distillation", whose targets are logits');
  }
  const weighed = WEIGHED.find((name) => Boolean(Object(settings)[name]));
  if (weighed !== undefined) throw unfit('a loss in which every answer counts alike', weighed);
  if (settings.kind === 'crossEntropy') return crossEntropy(settings);
  if (settings.kind === 'binaryCrossEntropy') return binaryCrossEntropy(settings);
  const measure = distanceOf(settings);
  return {
    targetOf: (answer) => answer,
    floor: () => 0,
    loss: (answer, target) => meanOf(target.data, (t, i) => measure(answer.data[i]! - t)),
    ignorance(targets) {
      const mean = meanOfAll(targets);
      return average(targets, ({ data }) => meanOf(data, (t) => measure(mean - t)));
    },
  };
}

/** Settings by which answers count in another way than their distance does. */
const WEIGHED = ['sampleWeights', 'classWeights', 'labelSmoothing', 'positiveWeight'];

function isList(loss: Loss | readonly LossTerm[]): loss is readonly LossTerm[] {
  return Array.isArray(loss);
}

function unfit(needed: string, got: string): TypeError {
  return new TypeError(
    `distil needs a trainer with ${needed}, got ${got}: distillationOptions(model) gives one that fits`,
  );
}

function distanceOf(loss: TargetLoss): (difference: number) => number {
  if (loss.kind === 'mse') return (d) => d * d;
  if (loss.kind === 'mae') return Math.abs;
  const delta = (loss.kind === 'huber' ? loss.delta : undefined) ?? 1;
  return (d) => (Math.abs(d) <= delta ? (d * d) / 2 : delta * (Math.abs(d) - delta / 2));
}

function crossEntropy({ from, targets, axis = -1 }: TargetLoss & { kind: 'crossEntropy' }): LossScale {
  if (targets === 'indices') {
    throw new TypeError(
      'distil needs a trainer whose cross-entropy takes probabilities as targets, got targets: "indices"; ' +
        'distillationOptions(model) gives a loss that fits',
    );
  }
  const probabilities = (answer: SoftTarget) => (from === 'probabilities' ? answer : softmax(answer, axis));
  // A mean over everything but the axis of the classes: the sum of a position, not its mean.
  const total = ({ dims }: SoftTarget, mean: number) => mean * dims.at(axis)!;
  const crossed = (answer: Float32Array, target: SoftTarget) =>
    total(
      target,
      meanOf(target.data, (t, i) => cross(t, answer[i]!)),
    );
  return {
    targetOf: probabilities,
    floor: (target) => crossed(target.data, target),
    loss: (answer, target) => crossed(probabilities(answer).data, target),
    ignorance(targets) {
      const means = classMeans(targets, axis);
      return average(targets, (target) => crossed(spread(means, target, axis), target));
    },
  };
}

function binaryCrossEntropy({ from }: TargetLoss & { kind: 'binaryCrossEntropy' }): LossScale {
  const probabilities = ({ data, dims }: SoftTarget) =>
    from === 'probabilities' ? { data, dims } : { data: data.map((x) => 1 / (1 + Math.exp(-x))), dims };
  const both = (t: number, p: number) => cross(t, p) + cross(1 - t, 1 - p);
  return {
    targetOf: probabilities,
    floor: ({ data }) => meanOf(data, (t) => both(t, t)),
    loss(answer, { data }) {
      const own = probabilities(answer).data;
      return meanOf(data, (t, i) => both(t, own[i]!));
    },
    ignorance(targets) {
      const mean = meanOfAll(targets);
      return average(targets, ({ data }) => meanOf(data, (t) => both(t, mean)));
    },
  };
}

/** `−t·log p`, 0 of nothing, and NaN of NaN. */
function cross(t: number, p: number): number {
  return t === 0 && !Number.isNaN(p) ? 0 : -t * Math.log(Math.min(1, Math.max(SMALLEST, p)));
}

function meanOf(data: Float32Array, of: (value: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 1) sum += of(data[i]!, i);
  return data.length === 0 ? 0 : sum / data.length;
}

/** Positions of an axis: how many classes there are, and how far they lie apart. */
function along(dims: readonly number[], axis: number): { readonly classes: number; readonly stride: number } {
  const front = axis < 0 ? axis + dims.length : axis;
  return {
    classes: dims[front]!,
    stride: dims.slice(front + 1).reduce((product, size) => product * size, 1),
  };
}

function softmax({ data, dims }: SoftTarget, axis: number): SoftTarget {
  const { classes, stride } = along(dims, axis);
  const result = new Float32Array(data.length);
  for (let block = 0; block < data.length; block += classes * stride) {
    for (let at = block; at < block + stride; at += 1) {
      let most = Number.NEGATIVE_INFINITY;
      for (let one = 0; one < classes; one += 1) most = Math.max(most, data[at + one * stride]!);
      let sum = 0;
      for (let one = 0; one < classes; one += 1) sum += Math.exp(data[at + one * stride]! - most);
      for (let one = 0; one < classes; one += 1) {
        result[at + one * stride] = Math.exp(data[at + one * stride]! - most) / sum;
      }
    }
  }
  return { data: result, dims };
}

/** The mean of each class over all positions. */
function classMeans(targets: readonly SoftTarget[], axis: number): Float64Array {
  const sums = new Float64Array(targets[0]?.dims.at(axis) ?? 0);
  let positions = 0;
  for (const { data, dims } of targets) {
    const { classes, stride } = along(dims, axis);
    for (let i = 0; i < data.length; i += 1) sums[Math.floor(i / stride) % classes]! += data[i]!;
    positions += data.length / classes;
  }
  return sums.map((sum) => sum / positions);
}

/** Means of classes at every position of a target. */
function spread(means: Float64Array, { data, dims }: SoftTarget, axis: number): Float32Array {
  const { classes, stride } = along(dims, axis);
  return data.map((_, i) => means[Math.floor(i / stride) % classes]!);
}

function average(targets: readonly SoftTarget[], of: (target: SoftTarget) => number): number {
  return targets.reduce((sum, target) => sum + of(target), 0) / targets.length;
}

function meanOfAll(targets: readonly SoftTarget[]): number {
  return average(targets, ({ data }) => meanOf(data, (t) => t));
}
