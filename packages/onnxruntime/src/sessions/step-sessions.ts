import { usualKernels } from '@synaprune/host';
import type { StepBuilder, TrainingStepOptions } from '@synaprune/onnx-train';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Memory } from '../memory/memory.js';
import { type LoadedStep, withoutValues } from '../runtime/loaded-step.js';
import { loadSession, type OnnxRuntime } from '../runtime/runtime.js';
import type { Observed } from '../scores/observed.js';
import type { FrozenTensors } from '../state/frozen-tensors.js';
import { openUpdateKernels, type UpdateKernels } from '../state/update-kernels.js';

/** A step graph that is loaded. */
export interface StepSession {
  readonly step: LoadedStep;
  readonly sizes: StepSizes;
  readonly session: InferenceSession;
  /** The scores that it observes for. */
  readonly observed: readonly Observed[];
  /** What it reads that nobody trains. */
  readonly frozen: Readonly<Record<string, Tensor>>;
  /** The outputs that carry state, which a step fetches beside the loss. */
  readonly fetches: readonly string[];
  /** What updates weights and slots instead of the graph, in memory of the host. */
  readonly kernels?: UpdateKernels | undefined;
}

/** The shapes that a step graph is for: those of the model's inputs, and those that were found by running the model. */
export type StepSizes = Pick<TrainingStepOptions, 'inputs' | 'shapes'>;

/** Loaded step graphs, one for each set of shapes. */
export interface StepSessions {
  /** The one for these shapes, built and loaded where there is none yet. */
  of(sizes: StepSizes, part?: 'whole' | 'gradients'): Promise<StepSession>;
  /** The one that updates weights from gathered gradients, made by batches of any shapes, where those sessions do not. */
  update(sizes: StepSizes): Promise<StepSession>;
  /** Hears that something lives on that this one gave, until the state is given. */
  lend(session: InferenceSession): void;
  /** Hears that the state is what this one gave, and what others have lent since the last time. */
  gaveState(session: InferenceSession): Promise<void>;
  release(): Promise<void>;
}

/** How step graphs are built and loaded. */
export interface StepSessionOptions {
  readonly ort: OnnxRuntime;
  readonly builder: StepBuilder;
  readonly model: Uint8Array;
  readonly settings: TrainingStepOptions;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly memory: Pick<Memory, 'kind' | 'outputOptions' | 'maskType'>;
  readonly frozen: FrozenTensors;
  /** Whether dropped elements learn on. */
  readonly straightThrough?: boolean;
  /** How many stay loaded. */
  readonly most: number;
  /** The scores to observe for; where another list is given, what is loaded is of no more use. */
  observed(): readonly Observed[];
}

export function createStepSessions(options: StepSessionOptions): StepSessions {
  const {
    ort,
    builder,
    model,
    settings,
    sessionOptions,
    memory,
    frozen,
    most,
    straightThrough = false,
  } = options;
  // In the order of use, the latest last.
  const loaded = new Map<string, StepSession>();
  let updating: StepSession | undefined;
  /*
   * The sessions whose outputs the state is. One may have to make room for another, but is not released before the state has
   * been taken over from that one: on a GPU, what a session gave can only be given back while it lives.
   */
  let givers = new Set<InferenceSession>();
  let lenders = new Set<InferenceSession>();
  const leaving = new Set<InferenceSession>();
  let current = options.observed();

  const retire = async (session: InferenceSession): Promise<void> => {
    if (givers.has(session) || lenders.has(session)) leaving.add(session);
    else await session.release();
  };
  /** Lets go of what observed for other scores. */
  const keepUp = async (): Promise<void> => {
    const observed = options.observed();
    if (observed === current) return;
    current = observed;
    const old = [...loaded.values(), ...(updating ? [updating] : [])];
    loaded.clear();
    updating = undefined;
    for (const { session } of old) await retire(session);
  };
  const load = async (sizes: StepSizes, part: 'whole' | 'gradients' | 'update'): Promise<StepSession> => {
    const observed = current;
    const scores = part === 'gradients' ? [] : observed.map(({ score, weights }) => ({ score, weights }));
    const built = await builder.load(model, {
      ...settings,
      ...(part === 'whole' ? {} : { part }),
      frozen: 'inputs',
      ...sizes,
      scores,
      // Where a session copies all it is given and gives. On a GPU nothing is copied, and some places have no WebAssembly.
      kernels: memory.kind === 'host' && usualKernels().kernels === 'wasm-simd',
      masks: { type: memory.maskType, ...(straightThrough ? { straightThrough } : { zeroed: true }) },
    });
    const step = withoutValues(built);
    const kernels = built.kernels && (await openUpdateKernels(built.kernels));
    const given = kernels && new Set([...kernels.adding.give, ...kernels.updating.give]);
    const fetches = stateOutputs(step).filter((output) => !given?.has(output));
    const what = part === 'whole' ? 'the training step' : `the training step's ${part}`;
    // Where memory does not suffice for them, no session is left open.
    const own = frozen.feeds(built.frozen);
    const session = await loadSession(ort, what, built.model, {
      ...sessionOptions,
      ...memory.outputOptions(fetches),
    });
    return { step, sizes, session, observed, frozen: own, fetches, kernels };
  };

  return {
    async of(sizes, part = 'whole') {
      await keepUp();
      const key = `${part} ${JSON.stringify(sizes)}`;
      const known = loaded.get(key);
      if (known !== undefined) {
        loaded.delete(key);
        loaded.set(key, known);
        return known;
      }
      const fresh = await load(sizes, part);
      loaded.set(key, fresh);
      if (loaded.size > most) {
        const [oldest, { session: old }] = loaded.entries().next().value!;
        loaded.delete(oldest);
        await retire(old);
      }
      return fresh;
    },
    async update(sizes) {
      await keepUp();
      updating ??= await load(sizes, 'update');
      return updating;
    },
    lend(session) {
      lenders.add(session);
    },
    async gaveState(session) {
      givers = lenders.add(session);
      lenders = new Set();
      const gone = [...leaving].filter((one) => !givers.has(one));
      for (const one of gone) leaving.delete(one);
      for (const one of gone) await one.release();
    },
    async release() {
      const sessions = [...loaded.values(), ...(updating ? [updating] : [])].map(({ session }) => session);
      sessions.push(...leaving);
      loaded.clear();
      leaving.clear();
      updating = undefined;
      for (const session of sessions) await session.release();
    },
  };
}

function stateOutputs({ weights, buffers, gathers, kernels }: LoadedStep): string[] {
  return [
    ...(kernels?.outputs ?? []),
    ...(gathers?.weights ?? []).map(({ sum }) => sum.output),
    ...weights.flatMap(({ output, gradient, slots, memory = [] }) => [
      output,
      ...(gradient === undefined ? [] : [gradient]),
      ...slots.map((slot) => slot.output),
      ...memory.map((each) => each.output),
    ]),
    ...buffers.map(({ output }) => output),
  ];
}
