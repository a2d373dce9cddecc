import { buildTrainingStep, type TrainingStep, type TrainingStepOptions } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { Memory } from '../memory/memory.js';
import { loadSession, type OnnxRuntime } from '../runtime/runtime.js';
import type { Observed } from '../scores/observed.js';

/** A step graph that is loaded. */
export interface StepSession {
  readonly step: TrainingStep;
  readonly session: InferenceSession;
  /** The scores that it observes for. */
  readonly observed: readonly Observed[];
  /** The outputs that carry state, which a step fetches beside the loss. */
  readonly fetches: readonly string[];
}

/** Loaded step graphs, one for each set of shapes. */
export interface StepSessions {
  /** The one for these shapes of the model's inputs, built and loaded where there is none yet. */
  of(shapes: Readonly<Record<string, readonly number[]>>): Promise<StepSession>;
  /** Hears that the state is what this one gave, and nothing else any more. */
  gaveState(session: InferenceSession): Promise<void>;
  release(): Promise<void>;
}

/** How step graphs are built and loaded. */
export interface StepSessionOptions {
  readonly ort: OnnxRuntime;
  readonly model: Uint8Array;
  readonly settings: TrainingStepOptions;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly memory: Pick<Memory, 'outputOptions' | 'maskType'>;
  /** Whether dropped elements learn on. */
  readonly straightThrough?: boolean;
  /** How many stay loaded. */
  readonly most: number;
  /** The scores to observe for; where another list is given, what is loaded is of no more use. */
  observed(): readonly Observed[];
}

export function createStepSessions(options: StepSessionOptions): StepSessions {
  const { ort, model, settings, sessionOptions, memory, most, straightThrough = false } = options;
  // In the order of use, the latest last.
  const loaded = new Map<string, StepSession>();
  /*
   * The session whose outputs the state is. It may have to make room for another, but is not released before the state has
   * been taken over from that one: on a GPU, what a session gave can only be given back while it lives.
   */
  let giver: InferenceSession | undefined;
  let leaving: InferenceSession | undefined;
  let current = options.observed();

  const retire = async (session: InferenceSession): Promise<void> => {
    if (session === giver) leaving = session;
    else await session.release();
  };

  return {
    async of(shapes) {
      const observed = options.observed();
      if (observed !== current) {
        current = observed;
        const old = [...loaded.values()];
        loaded.clear();
        for (const { session } of old) await retire(session);
      }
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
        scores: observed.map(({ score, weights }) => ({ score, weights })),
        masks: { type: memory.maskType, ...(straightThrough ? { straightThrough } : { zeroed: true }) },
      });
      const fetches = stateOutputs(step);
      const session = await loadSession(ort, 'the training step', step.model, {
        ...sessionOptions,
        ...memory.outputOptions(fetches),
      });
      loaded.set(key, { step, session, observed, fetches });
      if (loaded.size > most) {
        const [oldest, { session: old }] = loaded.entries().next().value!;
        loaded.delete(oldest);
        await retire(old);
      }
      return loaded.get(key)!;
    },
    async gaveState(session) {
      giver = session;
      const gone = leaving;
      leaving = undefined;
      await gone?.release();
    },
    async release() {
      const sessions = [...loaded.values()].map(({ session }) => session);
      if (leaving !== undefined) sessions.push(leaving);
      loaded.clear();
      leaving = undefined;
      for (const session of sessions) await session.release();
    },
  };
}

function stateOutputs({ weights, buffers }: TrainingStep): string[] {
  return [
    ...weights.flatMap(({ output, gradient, slots, memory = [] }) => [
      output,
      ...(gradient === undefined ? [] : [gradient]),
      ...slots.map((slot) => slot.output),
      ...memory.map((each) => each.output),
    ]),
    ...buffers.map(({ output }) => output),
  ];
}
