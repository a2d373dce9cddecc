import { type ObservedScore, PruneError, type Signal } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { type NamedOutput, sameShape, showShape, type Value } from '@synaprune/onnx/graph';
import type { StepScore } from '../options/options.js';
import type { StepMemory } from '../options/training-step.js';
import type { TrainingGraph } from '../tape/tape.js';
import { graphArithmetic } from './graph-arithmetic.js';
import type { ActivitySignal } from './signals.js';

/** What a step knows of a weight. */
export interface ObservedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** What the step is taken from. */
  readonly weight: Value;
  /** Not masked, and not clipped. */
  readonly gradient: Value;
  /** After the step; undefined where the optimizer keeps none. */
  readonly secondMoment: Value | undefined;
}

/** What a step gives and takes for scores of one weight. */
export interface Observation {
  readonly memory: readonly StepMemory[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly NamedOutput[];
}

/** Adds what scores remember of a weight, before a step and after it. */
export function observe(
  graph: TrainingGraph,
  prefix: string,
  scores: readonly StepScore[],
  weight: ObservedWeight,
  activity: (name: string, shape: readonly number[], signal: ActivitySignal) => Value,
): Observation {
  const { name, shape } = weight;
  const memory: StepMemory[] = [];
  const inputs: Value[] = [];
  const outputs: NamedOutput[] = [];
  const signalOf = (signal: Signal): Value => {
    if (signal === 'weight' || signal === 'gradient') return weight[signal];
    if (signal !== 'secondMoment') return activity(name, shape, signal);
    if (weight.secondMoment !== undefined) return weight.secondMoment;
    throw new PruneError(
      'unsupported',
      `a score needs secondMoment of ${quote(name)}, and the optimizer keeps none: adam, adamw and rmsprop do`,
    );
  };
  for (const [index, { score, weights }] of scores.entries()) {
    if (!weights.includes(name)) continue;
    const before: Record<string, Value> = {};
    for (const [key, signal] of Object.entries(score.memory)) {
      // Of the shape alone there is no more to know, and an optimizer without a second moment has that too.
      const like = signal === 'secondMoment' ? weight.weight : signalOf(signal);
      before[key] = graph.source(`memory/${index}/${key}/${name}`, { type: 'float32', shape: like.shape });
    }
    const given = Object.fromEntries(score.needs.map((signal) => [signal, signalOf(signal)]));
    const after = score.observe(graphArithmetic(graph), given as Record<Signal, Value>, before);
    requireMemory(score, after, before, name);
    for (const [key, input] of Object.entries(before)) {
      const output = `${prefix}new-memory/${index}/${key}/${name}`;
      memory.push({ score: index, name: key, shape: input.shape, input: input.name, output });
      inputs.push(input);
      outputs.push({ name: output, value: after[key]! });
    }
  }
  return { memory, inputs, outputs };
}

/** @throws RangeError when a score is to rank what is not trained */
export function requireTrained(
  scores: readonly StepScore[],
  trained: readonly { readonly name: string }[],
): void {
  const names = trained.map(({ name }) => name);
  for (const [index, { weights }] of scores.entries()) {
    const lost = weights.find((name) => !names.includes(name));
    if (lost === undefined) continue;
    throw new RangeError(
      `scores[${index}].weights needs names of what is trained, got ${quote(lost)}; there are ${listNames(names)}`,
    );
  }
}

function requireMemory(
  { name }: ObservedScore,
  after: Readonly<Record<string, Value>>,
  before: Readonly<Record<string, Value>>,
  weight: string,
): void {
  const wrong = [...Object.keys(before), ...Object.keys(after)].find((key) => !(before[key] && after[key]));
  if (wrong !== undefined) {
    throw new TypeError(
      `score ${quote(name)} remembers ${listNames(Object.keys(before))}, and its observe gives ${listNames(Object.keys(after))}`,
    );
  }
  for (const [key, { shape }] of Object.entries(after)) {
    if (sameShape(shape, before[key]!.shape)) continue;
    throw new RangeError(
      `score ${quote(name)} remembers ${quote(key)} of ${quote(weight)} as ${showShape(before[key]!.shape)}, and its observe gives ${showShape(shape)}`,
    );
  }
}
