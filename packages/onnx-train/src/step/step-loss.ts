import { PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { type ElementType, isFloat, type SourceModel, type Value } from '@synaprune/onnx/graph';
import { add } from '../arithmetic/arithmetic.js';
import { addLoss, meanOf, targetKind, targetLimits } from '../losses/losses.js';
import type { Loss, TrainingStepOptions } from '../options/options.js';
import type { TrainingGraph } from '../tape/tape.js';
import { asList } from '../weights/choose-weights.js';
import type { ImportedModel } from './import-model.js';
import { tellMeaning } from './output-meaning.js';

/** What an output is to be. */
export interface StepTarget {
  readonly modelName: string;
  readonly value: Value;
  /** What its elements lie between, both included, where the loss says so. */
  readonly limits: readonly [least: number, most: number] | undefined;
}

/** The loss of a step, and what it is of. */
export interface StepLoss {
  readonly loss: Value;
  readonly targets: readonly StepTarget[];
  readonly predictions: readonly { readonly modelName: string; readonly value: Value }[];
}

/** Adds the loss of the chosen outputs. @throws PruneError `bad-model` */
export function lossOf(
  graph: TrainingGraph,
  source: SourceModel,
  imported: ImportedModel,
  options: TrainingStepOptions,
): StepLoss {
  const loss: Exclude<Loss, string> =
    typeof options.loss === 'string' ? { kind: options.loss } : options.loss;
  const names = loss.kind === 'output' ? [loss.name] : asList(options.outputs ?? source.outputs.slice(0, 1));
  if (names.length === 0) throw new PruneError('bad-model', 'the model has no output');
  const existing = new Set(source.outputs);
  const unknown = names.find((name) => !existing.has(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `buildTrainingStep: the model has no output ${quote(unknown)}; it has ${listNames(source.outputs)}`,
    );
  }
  const wanted = new Map(names.map((name) => [name, imported.valueOf(name)]));
  const others = source.outputs.filter((name) => !wanted.has(name)).flatMap((name) => optional(name));
  const predictions = [...wanted].map(([modelName, value]) => ({ modelName, value })).concat(others);
  graph.place = 'the loss';
  if (loss.kind === 'output')
    return { loss: meanOf(graph, wanted.get(loss.name)!), targets: [], predictions };
  for (const [name, { type }] of wanted) requireFloats(name, type);
  for (const name of names) tellMeaning(graph, source, loss, name);
  const targets = [...wanted].map(([modelName, value]) => ({
    modelName,
    value: graph.source(`target/${modelName}`, targetKind(loss, value)),
    limits: targetLimits(loss, value),
  }));
  const losses = [...wanted.values()].map((value, index) =>
    addLoss(graph, loss, value, targets[index]!.value),
  );
  return { loss: losses.reduce((sum, one) => add(graph, sum, one)), targets, predictions };

  /** Classes that were chosen already, such as the label beside the probabilities, have no gradient. */
  function requireFloats(name: string, type: ElementType): void {
    if (isFloat(type)) return;
    const others = source.outputs.filter((other) => other !== name);
    throw new PruneError(
      'no-weights',
      `the loss is of output ${quote(name)}, which is ${type}, so nothing can be trained by it; outputs ` +
        `chooses another: ${listNames(others)}`,
    );
  }

  /** An output that the loss is not of may be of what a step cannot compute. */
  function optional(modelName: string) {
    try {
      return [{ modelName, value: imported.valueOf(modelName) }];
    } catch (error) {
      if (error instanceof PruneError && error.code === 'unsupported-operator') return [];
      throw error;
    }
  }
}
