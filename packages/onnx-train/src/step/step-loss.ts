import { PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { type ElementType, isFloat, type SourceModel, type Value } from '@synaprune/onnx/graph';
import { add, multiply } from '../arithmetic/arithmetic.js';
import type { ImportedModel } from '../importing/import-model.js';
import { addLoss } from '../losses/losses.js';
import { type Mean, meanOf } from '../losses/weighted-mean.js';
import type { TrainingStepOptions } from '../options/options.js';
import type { StepInput } from '../options/training-step.js';
import type { TrainingGraph } from '../tape/tape.js';
import { lossTerms } from './loss-terms.js';
import { tellMeaning } from './output-meaning.js';
import { createTargets } from './step-targets.js';

/** The loss of a step, and what it is of. */
export interface StepLoss {
  readonly loss: Value;
  /** What the mean of each term was divided by. */
  readonly counts: readonly Mean['count'][];
  /** What a batch gives beside the model's inputs. */
  readonly targets: readonly { readonly value: Value; readonly input: StepInput }[];
  readonly predictions: readonly { readonly modelName: string; readonly value: Value }[];
}

/** Adds the loss of the chosen outputs. @throws PruneError `bad-model`, `no-weights` */
export function lossOf(
  graph: TrainingGraph,
  source: SourceModel,
  imported: ImportedModel,
  options: TrainingStepOptions,
): StepLoss {
  const terms = lossTerms(options, source.outputs);
  const wanted = new Map(terms.map(({ output }) => [output, imported.valueOf(output)]));
  const others = source.outputs.filter((name) => !wanted.has(name)).flatMap((name) => optional(name));
  const predictions = [...wanted].map(([modelName, value]) => ({ modelName, value })).concat(others);
  graph.place = 'the loss';
  const targets = createTargets(graph);
  const means = terms.map(({ loss, output, weight, targets: name }): Mean => {
    const prediction = wanted.get(output)!;
    requireFloats(output, prediction.type);
    const scaled = ({ mean, count }: Mean) => ({ mean: multiply(graph, mean, weight), count });
    if (loss.kind === 'output') {
      // What the model averaged to get to these elements is its own to know.
      return scaled(meanOf(graph, prediction));
    }
    tellMeaning(graph, source, loss, output);
    const given = targets.of(name, loss, prediction);
    return scaled(addLoss(graph, loss, prediction, given.target, given.samples));
  });
  return {
    loss: means.map(({ mean }) => mean).reduce((sum, one) => add(graph, sum, one)),
    counts: means.map(({ count }) => count),
    targets: targets.all(),
    predictions,
  };

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
