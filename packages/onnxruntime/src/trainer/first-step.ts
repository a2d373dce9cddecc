import { PruneError } from '@synaprune/core';
import type { StepBuilder, TrainingStep, TrainingStepOptions } from '@synaprune/onnx-train';
import type { DeclaredInput } from '../batch/batch.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import type { TrainerOptions } from './options.js';

/** The step that tells what there is to train. Nobody loads its graph. */
export type FirstStep = LoadedStep & Pick<TrainingStep, 'export'>;

/** What `buildTrainingStep` takes of the options. */
export function stepSettings(options: TrainerOptions): TrainingStepOptions {
  const {
    ort,
    model,
    externalData,
    learningRate,
    executionProviders,
    sessionOptions,
    sample,
    seed,
    sessions,
    straightThrough,
    ...settings
  } = options;
  return settings;
}

/** What steps are given: the model's inputs, of another batch where that was asked for. */
export function inputsOfSteps(
  declared: readonly DeclaredInput[],
  { batch, inputs }: Pick<TrainerOptions, 'batch' | 'inputs'>,
): readonly DeclaredInput[] {
  if (batch === undefined) return declared;
  return declared.map(({ name, dims }) => {
    const grown = dims?.[0] === 1 ? [batch, ...dims.slice(1)] : dims;
    return { name, dims: inputs?.[name] ?? grown };
  });
}

/** What tells what there is to train: the step for the shapes that were given, and 1 where a size is open. */
export function firstSettings(
  declared: readonly DeclaredInput[],
  options: TrainerOptions,
): TrainingStepOptions {
  const inputs = Object.fromEntries(
    declared.flatMap(({ name, dims }) => (dims === null ? [] : [[name, dims.map((size) => size ?? 1)]])),
  );
  // Without the bytes of what is frozen, which nobody reads in it.
  return { ...stepSettings(options), frozen: 'inputs', inputs: { ...inputs, ...options.inputs } };
}

/**
 * Builds the first step. A function of its own, so that what lives on in functions of the trainer holds no bytes that the
 * caller gave.
 */
export async function loadFirst(
  builder: StepBuilder,
  model: Uint8Array,
  settings: TrainingStepOptions,
  given: { readonly declared: readonly DeclaredInput[]; readonly options: TrainerOptions },
): Promise<TrainingStep> {
  try {
    return await builder.load(model, settings);
  } catch (error) {
    throw firstFailure(error, given.declared, given.options);
  }
}

/** Why the first step could not be built, with what was guessed for it. */
function firstFailure(error: unknown, declared: readonly DeclaredInput[], options: TrainerOptions): unknown {
  const guessed = declared.filter(
    ({ name, dims }) => options.inputs?.[name] === undefined && (dims?.includes(null) ?? true),
  );
  const told = Object.entries(options.inputs ?? {});
  if (!(error instanceof PruneError) || error.code !== 'bad-model') return error;
  if (guessed.length === 0 && told.length === 0) return error;
  const names = guessed.map(({ name }) => JSON.stringify(name)).join(', ');
  const shapes = told.map(([name, shape]) => `${JSON.stringify(name)} [${shape}]`).join(', ');
  const why =
    guessed.length > 0
      ? `with 1 for every open size of ${names}: give their shapes as \`inputs\``
      : `with inputs of the shapes that were given: ${shapes}`;
  return new PruneError('bad-model', `${error.message} (${why})`, { cause: error });
}
