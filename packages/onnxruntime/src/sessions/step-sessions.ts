import { buildTrainingStep, type TrainingStep, type TrainingStepOptions } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { Memory } from '../memory/memory.js';
import { loadSession, type OnnxRuntime } from '../runtime/runtime.js';

/** A step graph that is loaded. */
export interface StepSession {
  readonly step: TrainingStep;
  readonly session: InferenceSession;
  /** The outputs that carry state, which a step fetches beside the loss. */
  readonly fetches: readonly string[];
}

/** Loaded step graphs, one for each set of shapes. */
export interface StepSessions {
  /** The one for these shapes of the model's inputs, built and loaded where there is none yet. */
  of(shapes: Readonly<Record<string, readonly number[]>>): Promise<StepSession>;
  release(): Promise<void>;
}

/** How step graphs are built and loaded. */
export interface StepSessionOptions {
  readonly ort: OnnxRuntime;
  readonly model: Uint8Array;
  readonly settings: TrainingStepOptions;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly memory: Pick<Memory, 'outputOptions' | 'maskType'>;
  /** How many stay loaded. */
  readonly most: number;
}

export function createStepSessions(options: StepSessionOptions): StepSessions {
  const { ort, model, settings, sessionOptions, memory, most } = options;
  // In the order of use, the latest last.
  const loaded = new Map<string, StepSession>();

  return {
    async of(shapes) {
      const key = JSON.stringify(shapes);
      const known = loaded.get(key);
      if (known !== undefined) {
        loaded.delete(key);
        loaded.set(key, known);
        return known;
      }
      const step = buildTrainingStep(model, {
        ...settings,
        inputs: shapes,
        masks: { type: memory.maskType, zeroed: true },
      });
      const fetches = stateOutputs(step);
      const session = await loadSession(ort, 'the training step', step.model, {
        ...sessionOptions,
        ...memory.outputOptions(fetches),
      });
      loaded.set(key, { step, session, fetches });
      if (loaded.size > most) {
        const [oldest, { session: old }] = loaded.entries().next().value!;
        loaded.delete(oldest);
        await old.release();
      }
      return loaded.get(key)!;
    },
    async release() {
      const sessions = [...loaded.values()];
      loaded.clear();
      for (const { session } of sessions) await session.release();
    },
  };
}

function stateOutputs({ weights, buffers }: TrainingStep): string[] {
  return [
    ...weights.flatMap(({ output, gradient, slots }) => [
      output,
      ...(gradient === undefined ? [] : [gradient]),
      ...slots.map((slot) => slot.output),
    ]),
    ...buffers.map(({ output }) => output),
  ];
}
