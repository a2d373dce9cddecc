import {
  createPruner,
  type Every,
  type NamedWeight,
  type Notice,
  type Pruner,
  type PrunerState,
  type PruningReport,
  type RestoreOptions,
  type TensorBackend,
} from '@synaprune/core';
import { PRUNING_OPTIONS, requireEvery, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { TrainerMask, TrainerWeight } from '../memory/memory.js';
import type { Observers, Observing } from '../scores/observers.js';
import type { TrainerRestoreOptions } from '../state/restore-matching.js';
import type { TrainerState } from '../state/trainer-state.js';
import { type MaskableTensors, maskablePattern } from './graph-groups.js';
import { observedWeights, startObserving } from './observed-scores.js';
import type { TrainerPruneOptions } from './prune-options.js';
import { recomputing, requireRecomputable } from './recomputed-masks.js';

/** A trainer under pruning: every step brings the masks up to date by itself. Made by `trainer.prune`. */
export interface TrainerPruning {
  /** For updates and reports by hand. */
  readonly pruner: Pruner;
  /** Steps that the trainer has taken. */
  steps(): number;
  /** As the pruner's, with what the updates before steps had to tell. */
  report(): Promise<PruningReport>;
  /** The trainer's whole state with these masks: `trainer.save({ pruner })`. */
  save(): Promise<TrainerState>;
  /**
   * Goes on where {@link TrainerPruning.save} was: `trainer.restore(state, { pruner, ...options })`.
   *
   * @throws TypeError | PruneError as `trainer.restore`; nothing has changed then
   */
  restore(state: unknown, options?: RestoreOptions): Promise<void>;
  /** Leaves the masks as they are from now on: the pruner lives, and steps keep to it. Harmless when repeated. */
  detach(): void;
  /** {@link TrainerPruning.detach}, and the masks are given back. The weights stay, pruned. */
  dispose(): void;
}

/** The prunings of one trainer. */
export interface Prunings {
  start(options: TrainerPruneOptions): TrainerPruning;
  /** Brings the masks of all up to date, before a step is taken. */
  beforeStep(): Promise<void>;
  /** Notes that a pruner goes on from this state of it. */
  restored(pruner: Pruner, state: unknown): void;
  /** Gives all masks back. */
  dispose(): void;
}

/** What a pruning does before a step. */
interface Follower {
  readonly pruner: Pruner;
  readonly rhythm: Rhythm;
  readonly observing: readonly Observing[];
  /** Whether masks were ever brought up to date: until then any step does it. */
  updated: boolean;
  tell(notices: readonly Notice[]): void;
}

/** Steps between updates, and steps in one unit of position. */
interface Rhythm {
  readonly steps: number;
  readonly unit: number;
}

/** What is needed of the trainer. */
interface PrunedTrainer {
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** Weights that have masks. */
  readonly weights: readonly NamedWeight<TrainerWeight>[];
  readonly steps: number;
  save(options: { readonly pruner: Pruner }): Promise<TrainerState>;
  restore(state: unknown, options: TrainerRestoreOptions): Promise<void>;
}

/** What core tells at the first update alone. */
const FIRST_TOLD: readonly string[] = ['zeros-present', 'untrained-ranked'];

/** Everything that a trainer trains, for patterns of groups. */
export interface AllTensors extends MaskableTensors {
  readonly weights: readonly NamedWeight<TrainerWeight>[];
  readonly observers: Pick<Observers, 'start'>;
  /** Whether dropped elements learn on, so that every update chooses anew. */
  readonly straightThrough: boolean;
}

/** Prunes the weights of a trainer before its steps. */
export function createPrunings(trainer: PrunedTrainer, all: AllTensors): Prunings {
  const followers = new Set<Follower>();
  const pruners = new Set<Pruner>();
  const observing = new Map<Pruner, readonly Observing[]>();

  return {
    start(given) {
      requirePruneOptions(given);
      const { every, stepsPerEpoch, pattern: asked, score: _, regrow: __, ...options } = given;
      const rhythm = requireRhythm(every, stepsPerEpoch);
      const found = asked === undefined ? undefined : maskablePattern(asked, all);
      const weights = found?.isGrouped === true ? all.weights : trainer.weights;
      if (all.straightThrough) requireRecomputable(given, found);
      const own = startObserving(all.observers, given, () => observedWeights(weights, found, given.select));
      let pruner: Pruner;
      try {
        const monotone = createPruner<TrainerWeight, TrainerMask>({
          ...options,
          ...(found === undefined ? {} : { pattern: found.pattern }),
          ...own.scores,
          backend: trainer.backend,
          weights,
        });
        pruner = all.straightThrough ? recomputing(monotone) : monotone;
      } catch (error) {
        for (const each of own.observing) each.stop();
        throw error;
      }
      observing.set(pruner, own.observing);
      const told: Notice[] = [...(found?.notices ?? [])];
      const follower: Follower = {
        pruner,
        rhythm,
        observing: own.observing,
        updated: false,
        tell: (notices) => told.push(...notices.filter(({ code }) => FIRST_TOLD.includes(code))),
      };
      followers.add(follower);
      pruners.add(pruner);
      const detach = (): void => {
        followers.delete(follower);
      };
      return {
        pruner,
        steps: () => trainer.steps,
        async report() {
          const report = await pruner.report();
          return { ...report, notices: [...told, ...report.notices] };
        },
        save: () => trainer.save({ pruner }),
        restore: (state, matching = {}) => trainer.restore(state, { ...matching, pruner }),
        detach,
        dispose() {
          pruner.dispose();
          detach();
          pruners.delete(pruner);
          for (const each of own.observing) each.stop();
          observing.delete(pruner);
        },
      };
    },
    async beforeStep() {
      const { steps } = trainer;
      for (const follower of followers) {
        const { pruner, rhythm, updated, tell } = follower;
        if (updated && steps % rhythm.steps !== 0) continue;
        if (!follower.observing.every((each) => each.hasSeen())) continue;
        const { notices } = await pruner.update(steps / rhythm.unit);
        follower.updated = true;
        tell(notices);
      }
    },
    restored(pruner, state) {
      const { position } = state as PrunerState;
      for (const follower of followers) if (follower.pruner === pruner) follower.updated = position !== null;
    },
    dispose() {
      followers.clear();
      for (const pruner of pruners) pruner.dispose();
      pruners.clear();
      for (const list of observing.values()) for (const each of list) each.stop();
      observing.clear();
    },
  };
}

const KEYS = [...PRUNING_OPTIONS, 'every', 'stepsPerEpoch'];

const OWN_WEIGHTS = "it prunes the trainer's weights where they are; select picks among them";
const ELSEWHERE = {
  backend: OWN_WEIGHTS,
  weights: OWN_WEIGHTS,
  include: 'it is select: { include }',
  exclude: 'it is select: { exclude }',
  minElements: 'it is select: { minElements }',
  scope: "it is distribution: 'global' or 'uniform'",
};

/** What core takes, core checks: the values of all but `every` and `stepsPerEpoch`. */
function requirePruneOptions(options: unknown): void {
  requireOptions('prune', '', options, KEYS, ELSEWHERE);
}

function requireRhythm(every: Every | undefined, stepsPerEpoch: number | undefined): Rhythm {
  if (stepsPerEpoch !== undefined) requireWhole('prune', 'stepsPerEpoch', stepsPerEpoch, 1);
  const wanted = every ?? (stepsPerEpoch === undefined ? 'batch' : 'epoch');
  requireEvery('prune', wanted);
  if (wanted === 'epoch') {
    if (stepsPerEpoch !== undefined) return { steps: stepsPerEpoch, unit: stepsPerEpoch };
    throw new TypeError("prune needs stepsPerEpoch where every is 'epoch': a trainer sees steps only");
  }
  return { steps: wanted === 'batch' ? 1 : wanted, unit: 1 };
}
