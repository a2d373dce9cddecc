import type { TrainingStep } from '@synaprune/onnx-train';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { type BatchTensors, type DeclaredInput, shapesOf, toTensor } from '../batch/batch.js';
import { run } from '../runtime/run.js';
import { loadSession, type OnnxRuntime } from '../runtime/runtime.js';
import type { TrainingState } from '../state/training-state.js';
import { forwardModel } from './forward-model.js';

/** The model with the weights of a state. */
export interface Predictor {
  predict(inputs: BatchTensors): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Loads nothing before the first prediction. */
export function createPredictor(
  ort: OnnxRuntime,
  model: Uint8Array,
  declared: readonly DeclaredInput[],
  step: TrainingStep,
  state: TrainingState,
  options: InferenceSession.SessionOptions,
): Predictor {
  const types = new Map(step.inputs.map(({ modelName, dtype }) => [modelName, dtype]));
  const cells = new Map([...state.weights, ...state.buffers]);
  let session: InferenceSession | undefined;
  return {
    async predict(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [name, shape] of Object.entries(shapesOf(inputs, declared))) {
        const dtype = types.get(name) ?? 'float32';
        feeds[name] = toTensor(ort, `input ${JSON.stringify(name)}`, inputs[name]!, { shape, dtype });
      }
      const shapes = new Map([...cells].map(([name, { shape }]) => [name, shape]));
      session ??= await loadSession(ort, 'the model', forwardModel(model, shapes), options);
      for (const [name, { tensor }] of cells) feeds[name] = tensor;
      return run(session, 'the model', feeds);
    },
    async release() {
      await session?.release();
      session = undefined;
    },
  };
}
