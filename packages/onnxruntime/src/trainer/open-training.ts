import type { Notice } from '@synaprune/core';
import { createGate, type Gate } from '@synaprune/core/checks';
import { embedExternalData } from '@synaprune/onnx';
import { createStepBuilder, widenModel } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import { type DeclaredInput, shapesOf } from '../batch/batch.js';
import { modelInputs } from '../inputs/model-inputs.js';
import type { Memory } from '../memory/memory.js';
import { openMemory } from '../memory/open-memory.js';
import { withoutValues } from '../runtime/loaded-step.js';
import { type OnnxRuntime, requireRuntime } from '../runtime/runtime.js';
import { sessionOptionsOf } from '../runtime/session-settings.js';
import { createObservers, type Observers } from '../scores/observers.js';
import { createPredictor, type Predictor } from '../sessions/predictor.js';
import type { ShapeFinder } from '../sessions/shape-finder.js';
import { createStepSessions, type StepSessions } from '../sessions/step-sessions.js';
import { createFrozenTensors } from '../state/frozen-tensors.js';
import { cellsOf, createState, type TrainingState } from '../state/training-state.js';
import { type FirstStep, firstSettings, inputsOfSteps, loadFirst, stepSettings } from './first-step.js';
import { checkTrainerOptions, type TrainerOptions } from './options.js';
import { zerosInModel } from './trainer-notices.js';

/** Everything that a trainer works with. */
export interface Training {
  readonly ort: OnnxRuntime;
  /** The model in one piece, in float32 where it came narrower. */
  readonly model: Uint8Array;
  /** The step that tells what there is to train. */
  readonly first: FirstStep;
  /** What is to be told of the model, whatever a trainer does. */
  readonly notices: readonly Notice[];
  readonly declared: readonly DeclaredInput[];
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly gate: Gate;
  readonly memory: Memory;
  readonly state: TrainingState;
  readonly sessions: StepSessions;
  readonly observers: Observers;
  readonly predictor: Predictor;
  /** Where sizes are found for each batch. */
  readonly finder: ShapeFinder | undefined;
  /** Gives sessions and memory back. */
  release(): Promise<void>;
}

/**
 * Checks the options and takes what training needs. When that fails nothing stays open.
 *
 * @throws TypeError | RangeError | PruneError as `createTrainer`
 */
export async function openTraining(options: TrainerOptions): Promise<Training> {
  checkTrainerOptions(options);
  const ort = requireRuntime(options.ort);
  // Whole from here on: every session is made of bytes, and what is exported is one file.
  const model =
    options.externalData === undefined
      ? Uint8Array.from(options.model)
      : embedExternalData(options.model, options.externalData);
  const declared = modelInputs(model);
  const grown = inputsOfSteps(declared, options);
  const builder = createStepBuilder();
  const sessionOptions = sessionOptionsOf(ort, options);
  const { straightThrough = false, sample } = options;
  const finder =
    sample === undefined
      ? undefined
      : (await import('../sessions/shape-finder.js')).createShapeFinder({
          ort,
          builder,
          model,
          declared,
          reading: stepSettings(options),
          sessionOptions,
          straightThrough,
        });
  const shapes = sample && shapesOf(sample, declared, 'sample');
  const sizes = shapes && (await finder?.find(sample, shapes).finally(finder.release));
  const firstOptions = { ...firstSettings(grown, options), ...sizes };
  const whole = await loadFirst(builder, model, firstOptions, { declared: grown, options });
  const gate = createGate('trainer');
  const memory = await openMemory(ort, sessionOptions, { gate, straightThrough });
  try {
    const state = createState(whole, memory);
    await finder?.follow(memory, state);
    const settings = stepSettings(options);
    const frozen = createFrozenTensors(memory);
    const most = options.sessions ?? 8;
    const observers = createObservers({
      ort,
      memory,
      sessionOptions,
      gate,
      look: (scores) => builder.build(model, { ...firstOptions, scores }),
    });
    const sessions = createStepSessions({
      ort,
      builder,
      model,
      settings,
      sessionOptions,
      memory,
      frozen,
      most,
      straightThrough,
      observed: observers.all,
    });
    // As steps compute: a model of float16 answers by its float32 masters.
    const wide = widenModel(model).bytes;
    const predictor = createPredictor({
      ort,
      model: wide,
      declared,
      cells: new Map([...state.weights, ...state.buffers]),
      options: sessionOptions,
      memory,
      straightThrough,
    });
    return {
      ort,
      model: wide,
      first: { ...withoutValues(whole), export: whole.export },
      notices: [...whole.notices, ...zerosInModel(whole)],
      declared: grown,
      sessionOptions,
      gate,
      memory,
      state,
      sessions,
      observers,
      predictor,
      finder,
      async release() {
        // Tensors first: some can only be given back while their session lives.
        for (const { tensor } of [...cellsOf(state), ...observers.cells()]) memory.discard(tensor);
        frozen.discard();
        await observers.release();
        await sessions.release();
        await predictor.release();
        await finder?.release();
        await memory.dispose();
      },
    };
  } catch (error) {
    await memory.dispose();
    throw error;
  }
}
