import { applySelect, type NamedWeight, type Regrowth, type ScoreOption, type Select } from '@synaprune/core';
import { isRecord } from '@synaprune/core/checks';
import type { TrainerWeight } from '../memory/memory.js';
import type { Observers, Observing } from '../scores/observers.js';
import type { MaskablePattern } from './graph-groups.js';
import type { TrainerPruneOptions, TrainerScore } from './prune-options.js';

/** Scores as core takes them, and the observers among them. */
export interface StartedScores {
  readonly scores: {
    readonly score?: ScoreOption<TrainerWeight>;
    readonly regrow?: Regrowth<TrainerWeight>;
  };
  readonly observing: readonly Observing[];
}

/**
 * Observes for those scores of a pruning that look at training.
 *
 * @param weights gives what is pruned
 * @throws TypeError with `keepZeros`, which cannot wait for a step; PruneError `unsupported` as `Observers.start`
 */
export function startObserving(
  observers: Pick<Observers, 'start'>,
  { score, regrow, keepZeros }: Pick<TrainerPruneOptions, 'score' | 'regrow' | 'keepZeros'>,
  weights: () => readonly NamedWeight<TrainerWeight>[],
): StartedScores {
  const observing: Observing[] = [];
  const start = (given: TrainerScore): ScoreOption<TrainerWeight> => {
    // What is no score at all is core's to refuse.
    if (given?.kind !== 'observed') return given;
    if (keepZeros === true) {
      throw new TypeError(
        'prune with keepZeros needs a score that ranks before the first step, which one that looks at training ' +
          'cannot: keep the zeros by a pruning of their own, ' +
          'trainer.prune({ schedule: constantSparsity(0), keepZeros: true })',
      );
    }
    const started = observers.start(given, weights());
    observing.push(started);
    return started.observer;
  };
  try {
    const scores = {
      ...(score === undefined ? {} : { score: start(score) }),
      ...(regrow === undefined
        ? {}
        : {
            regrow: (isRecord(regrow)
              ? { ...regrow, by: start(regrow.by) }
              : regrow) as Regrowth<TrainerWeight>,
          }),
    };
    return { scores, observing };
  } catch (error) {
    for (const each of observing) each.stop();
    throw error;
  }
}

/** The weights that a pruning is of. */
export function observedWeights(
  weights: readonly NamedWeight<TrainerWeight>[],
  found: MaskablePattern | undefined,
  select: Select | undefined,
): readonly NamedWeight<TrainerWeight>[] {
  const candidates = weights.map((each) => ({ ...each, shape: each.weight.shape }));
  const pattern: unknown = found?.isGrouped === true ? found.pattern : undefined;
  const groups: unknown = isRecord(pattern) ? pattern.groups : undefined;
  const members = Array.isArray(groups)
    ? new Set(
        groups.flatMap((group: unknown) =>
          isRecord(group) && Array.isArray(group.members)
            ? group.members.map((member: unknown) => (isRecord(member) ? member.tensor : undefined))
            : [],
        ),
      )
    : undefined;
  return applySelect('createPruner', candidates, select).filter(({ name }) => members?.has(name) ?? true);
}
