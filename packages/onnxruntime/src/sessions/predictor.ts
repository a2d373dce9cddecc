import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { type BatchTensors, shapesOf, toTensor } from '../batch/batch.js';
import type { ModelInput } from '../inputs/model-inputs.js';
import type { Cell, Memory } from '../memory/memory.js';
import { run } from '../runtime/run.js';
import { loadSession, type OnnxRuntime } from '../runtime/runtime.js';

/** The model with the weights of a state. */
export interface Predictor {
  predict(inputs: BatchTensors): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Loads nothing before the first prediction. */
export function createPredictor({
  ort,
  model,
  declared,
  cells,
  options,
  memory,
  straightThrough,
}: {
  readonly ort: OnnxRuntime;
  readonly model: Uint8Array;
  readonly declared: readonly ModelInput[];
  /** By the names of the tensors that they take the place of. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly options: InferenceSession.SessionOptions;
  /** Where they are. */
  readonly memory?: Memory | undefined;
  /** Whether dropped elements are in the weights still, so that predictions need copies without them. */
  readonly straightThrough: boolean;
}): Predictor {
  const types = new Map(declared.map(({ name, type }) => [name, type]));
  let session: InferenceSession | undefined;
  return {
    async predict(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [name, shape] of Object.entries(shapesOf(inputs, declared))) {
        const type = types.get(name)!;
        // A model that declares these is run in float32.
        const modelType = /^b?float16$/.test(type) ? type : undefined;
        feeds[name] = toTensor(ort, `input ${JSON.stringify(name)}`, inputs[name]!, {
          shape,
          dtype: modelType === undefined ? type : 'float32',
          modelType,
        });
      }
      const shapes = new Map([...cells].map(([name, { shape }]) => [name, shape]));
      if (session === undefined) {
        const { forwardModel } = await import('./forward-model.js');
        session = await loadSession(ort, 'the model', forwardModel(model, shapes), options);
      }
      const copies: Tensor[] = [];
      try {
        for (const [name, cell] of cells) {
          feeds[name] = cell.tensor;
          if (!straightThrough || !memory?.isMasked(cell)) continue;
          const copy = memory.create(cell.shape, await memory.readMasked(cell, cell));
          copies.push(copy);
          feeds[name] = copy;
        }
        return await run(session, 'the model', feeds);
      } finally {
        for (const copy of copies) memory?.discard(copy);
      }
    },
    async release() {
      await session?.release();
      session = undefined;
    },
  };
}
