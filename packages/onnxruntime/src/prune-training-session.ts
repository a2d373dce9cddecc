import { createPruner, type Pruner, type PrunerOptions } from '@synaprune/core';
import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
import { elementsOf } from './host-memory.js';

/** What is needed of a `TrainingSession` of onnxruntime-web 1.17 to 1.19.2. */
export interface LegacyTrainingSession {
  runOptimizerStep(...options: never[]): Promise<void>;
  getParametersSize(trainableOnly?: boolean): Promise<number>;
  getContiguousParameters(trainableOnly?: boolean): Promise<{ readonly data: unknown }>;
  loadParametersBuffer(bytes: Uint8Array, trainableOnly?: boolean): Promise<void>;
}

/** What {@link pruneTrainingSession} is told: how to prune, as `createPruner` is told. */
export interface TrainingSessionOptions
  extends Omit<PrunerOptions<HostWeight, HostMask>, 'backend' | 'weights' | 'select'> {
  readonly session: LegacyTrainingSession;
  /** Every trainable parameter in the order of the training model's inputs. */
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Which of them are pruned; those with two dimensions or more unless told. */
  readonly select?: PrunerOptions<HostWeight, HostMask>['select'];
}

/** A session whose optimizer steps are followed by masks. Made by {@link pruneTrainingSession}. */
export interface PrunedTrainingSession
  extends Pick<Pruner, 'update' | 'enforce' | 'report' | 'save' | 'restore'> {
  /** Gives the session its own `runOptimizerStep` back. The weights stay, pruned. Harmless when repeated. */
  dispose(): void;
}

/**
 * Prunes a model that trains in a `TrainingSession` of onnxruntime-web 1.19.2 or before. From here on
 * `session.runOptimizerStep()` also sets what the masks drop to +0, because the optimizer's moments revive it: the
 * parameters are copied out, masked and loaded back, a copy each way.
 *
 * @throws RangeError when the shapes do not add up to the session's trainable parameters
 * @throws TypeError | RangeError | PruneError as `createPruner`
 *
 * @example
 * ```ts no-run
 * import { constantSparsity } from '@synaprune/core';
 * import { type LegacyTrainingSession, pruneTrainingSession } from '@synaprune/onnxruntime';
 *
 * declare const session: LegacyTrainingSession & { runTrainStep(feeds: object): Promise<object> };
 * const pruned = await pruneTrainingSession({
 *   session,
 *   parameters: [
 *     { name: 'fc.weight', shape: [10, 784] },
 *     { name: 'fc.bias', shape: [10] },
 *   ],
 *   schedule: constantSparsity(0.8),
 * });
 * await pruned.update(0);
 * await session.runOptimizerStep(); // weights that were dropped are exactly 0 afterwards
 * ```
 */
export async function pruneTrainingSession(options: TrainingSessionOptions): Promise<PrunedTrainingSession> {
  const { session, parameters, select, ...rest } = options;
  const missing = (
    ['runOptimizerStep', 'getParametersSize', 'getContiguousParameters', 'loadParametersBuffer'] as const
  ).find((name) => typeof session?.[name] !== 'function');
  if (missing !== undefined) {
    throw new TypeError(`pruneTrainingSession needs a TrainingSession; what it got has no ${missing}`);
  }
  const size = parameters.reduce((total, { shape }) => total + elementsOf(shape), 0);
  const found = await session.getParametersSize(true);
  if (size !== found) {
    throw new RangeError(`the session has ${found} trainable parameters; the shapes add up to ${size}`);
  }
  const values = new Float32Array(size);
  let next = 0;
  const weights = parameters.map(({ name, shape }) => {
    const from = next;
    next += elementsOf(shape);
    return { name, weight: { values: values.subarray(from, next), shape } };
  });
  const pruner = createPruner<HostWeight, HostMask>({
    ...rest,
    backend: hostBackend(),
    weights,
    select: select ?? [({ shape }) => shape.length > 1],
  });

  /** Does `work` on the parameters as they are, and gives them back to the session. */
  const onParameters = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    values.set((await session.getContiguousParameters(true)).data as Float32Array);
    const result = await work();
    await session.loadParametersBuffer(new Uint8Array(values.buffer), true);
    return result;
  };

  const own = Object.getOwnPropertyDescriptor(session, 'runOptimizerStep');
  const original = session.runOptimizerStep;
  const masked: LegacyTrainingSession['runOptimizerStep'] = async (...given) => {
    await original.apply(session, given);
    await onParameters(pruner.enforce);
  };
  session.runOptimizerStep = masked;

  return {
    update: (position) => onParameters(() => pruner.update(position)),
    enforce: () => onParameters(pruner.enforce),
    restore: (state, options) => onParameters(() => pruner.restore(state, options)),
    report: pruner.report,
    save: pruner.save,
    dispose() {
      pruner.dispose();
      // Someone may have wrapped it once more since.
      if (session.runOptimizerStep !== masked) return;
      if (own === undefined) Reflect.deleteProperty(session, 'runOptimizerStep');
      else Object.defineProperty(session, 'runOptimizerStep', own);
    },
  };
}
