import type { ReadingOptions, ShapesToFind, StepBuilder } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { BatchTensors } from '../batch/batch.js';
import type { ModelInput } from '../inputs/model-inputs.js';
import type { Memory } from '../memory/memory.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { TrainingState } from '../state/training-state.js';
import { createPredictor, type Predictor } from './predictor.js';
import type { StepSizes } from './step-sessions.js';

/** Finds how large the values of a model are that are as large as their data say. */
export interface ShapeFinder {
  /**
   * The shapes of inputs, and those that a step for them has to be given beside. The model runs for them once, on the weights
   * of a state, or on its own where there is none.
   */
  find(given: BatchTensors, inputs: Readonly<Record<string, readonly number[]>>): Promise<StepSizes>;
  /** From now on with the weights of a state. */
  follow(memory: Memory, state: TrainingState): Promise<void>;
  release(): Promise<void>;
}

/** What is run for one set of shapes. */
interface Run {
  readonly plan: ShapesToFind;
  readonly predictor: Predictor;
  readonly reads: readonly string[];
}

/** What a finder works with. */
export interface ShapeFinderOptions {
  readonly ort: OnnxRuntime;
  readonly builder: StepBuilder;
  readonly model: Uint8Array;
  readonly declared: readonly ModelInput[];
  readonly reading: ReadingOptions;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly straightThrough: boolean;
}

/** Loads nothing before the first inputs, and again where inputs have other shapes than those before. */
export function createShapeFinder(options: ShapeFinderOptions): ShapeFinder {
  const { ort, builder, model, declared, reading, sessionOptions, straightThrough } = options;
  let weights: { readonly memory: Memory; readonly state: TrainingState } | undefined;
  let loaded: { readonly key: string; readonly run: Run | undefined } | undefined;
  const release = async () => {
    await loaded?.run?.predictor.release();
    loaded = undefined;
  };
  const load = async (inputs: NonNullable<StepSizes['inputs']>) => {
    const key = JSON.stringify(inputs);
    if (loaded?.key === key) return loaded.run;
    await release();
    const plan = await builder.shapesToFind(model, { ...reading, inputs });
    const run = plan === undefined ? undefined : runOf(plan);
    loaded = { key, run };
    return run;
  };
  const runOf = (plan: ShapesToFind): Run => {
    const own = declared.filter(({ name }) => plan.reads.has(name));
    const { state, memory } = weights ?? {};
    const cells = state === undefined ? [] : [...state.weights, ...state.buffers];
    const predictor = createPredictor({
      ort,
      model: plan.model,
      declared: own,
      cells: new Map(cells.filter(([name]) => plan.reads.has(name))),
      memory,
      options: sessionOptions,
      straightThrough,
    });
    return { plan, predictor, reads: own.map(({ name }) => name) };
  };
  return {
    async find(given, inputs) {
      const run = await load(inputs);
      if (run === undefined) return { inputs };
      const found = await run.predictor.predict(
        Object.fromEntries(run.reads.map((name) => [name, given[name]!])),
      );
      const shapes = Object.entries(found).map(([name, { dims }]) => [name, [...dims]] as const);
      return { inputs, shapes: run.plan.choose(Object.fromEntries(shapes)) };
    },
    async follow(memory, state) {
      weights = { memory, state };
      await release();
    },
    release,
  };
}
