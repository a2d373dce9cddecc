import type { Study } from '../study.js';
import { bootstrapEffect, type Effect, effectOf, marginOf } from './effects.js';
import { type Observation, weightsGoneOf } from './observations.js';
import type { ScopeStatistics } from './scope-statistics.js';

/** Differences below this share of the error are too small to act on, whatever their significance. */
export const NEGLIGIBLE = 0.01;

/** The answer to "should I replace my dropout by pruning?", with what it rests on. */
export interface Answer {
  readonly verdict: 'yes' | 'no' | 'makes-no-difference' | 'cannot-tell' | 'not-asked';
  /** Whether the protocol can carry the verdict at all; the published one cannot. */
  readonly trusted: boolean;
  /** The pruning arm that is asked about; `null` when the study has none. */
  readonly pruning: string | null;
  /** Pruning against dropout, over the blocks of the whole study. */
  readonly effect: Effect | null;
  /** The least and the greatest share of the prunable weights that the pruned models do without. */
  readonly weightsGone: readonly [number, number] | null;
  /** The same with series as the only blocks, where several models share them: fewer blocks, but independent ones. */
  readonly effectOverSeries: Effect | null;
  /** 95 % by the bootstrap that draws blocks and then runs in them; `null` with fewer than three blocks. */
  readonly bootstrap: readonly [number, number] | null;
  readonly pruningOnPersistence: Effect | null;
  readonly dropoutOnPersistence: Effect | null;
  /** The same against a linear model of the same windows. */
  readonly pruningOnLinear: Effect | null;
  readonly dropoutOnLinear: Effect | null;
  /** How the two arms stand against repeating the last value; `null` where that was not measured. */
  readonly besideLastValue: { readonly pruning: Standing; readonly dropout: Standing } | null;
}

/** Against repeating the last value; `level` when the interval holds zero, or the difference is negligible. */
export type Standing = 'better' | 'level' | 'worse';

const PRUNING_ARMS = ['pruning', 'pruning-published', 'zhu-gupta', 'zero-to-target', 'one-shot'];

/** The arm that stands for pruning: the published one under the published protocol, else the exact one. */
export function pruningArmOf({ protocol, arms }: Pick<Study, 'protocol' | 'arms'>): string | null {
  const wanted = protocol === 'published' ? ['pruning-published', ...PRUNING_ARMS] : PRUNING_ARMS;
  return wanted.find((name) => arms.some((arm) => arm.name === name)) ?? null;
}

/**
 * The verdict by pruning's relative difference to dropout: shown to be within ±1 % by two one-sided tests at 95 % is no
 * difference; else a 95 % interval all below zero is yes and one all above is no; anything else, and anything without an
 * interval, cannot be told.
 */
export function answerOf(
  study: Study,
  overall: ScopeStatistics | undefined,
  observations: readonly Observation[],
): Answer {
  const pruning = pruningArmOf(study);
  const find = (effects: readonly Effect[], arm: string | null, reference: string) =>
    effects.find((effect) => effect.arm === arm && effect.reference === reference) ?? null;
  const effect = find(overall?.effects ?? [], pruning, 'dropout');
  const onPersistence = (arm: string | null) => find(overall?.onPersistence ?? [], arm, 'persistence');
  const [pruned, dropped] = [onPersistence(pruning), onPersistence('dropout')];
  return {
    verdict: verdictOf(effect),
    trusted: study.protocol === 'honest',
    pruning,
    effect,
    weightsGone: effect === null ? null : weightsGoneOf(study, observations, pruning),
    effectOverSeries:
      pruning === null || effect === null || overall?.scope.blockName !== 'series × model'
        ? null
        : effectOf(observations, pruning, 'dropout', ['series']),
    bootstrap:
      pruning === null || overall === undefined
        ? null
        : bootstrapEffect(observations, pruning, 'dropout', overall.scope.unit),
    pruningOnPersistence: pruned,
    dropoutOnPersistence: dropped,
    pruningOnLinear: find(overall?.onLinear ?? [], pruning, 'linear'),
    dropoutOnLinear: find(overall?.onLinear ?? [], 'dropout', 'linear'),
    besideLastValue:
      pruned === null || dropped === null
        ? null
        : { pruning: standingOf(pruned), dropout: standingOf(dropped) },
  };
}

function verdictOf(effect: Effect | null): Answer['verdict'] {
  if (effect === null) return 'not-asked';
  if (effect.interval === null) return 'cannot-tell';
  const [low, high] = effect.interval;
  if ((marginOf(effect) ?? Infinity) <= NEGLIGIBLE) return 'makes-no-difference';
  if (high < 0) return 'yes';
  return low > 0 ? 'no' : 'cannot-tell';
}

function standingOf({ relative, interval }: Effect): Standing {
  const chance = interval !== null && interval[0] <= 0 && interval[1] >= 0;
  if (chance || Math.abs(relative) < NEGLIGIBLE) return 'level';
  return relative < 0 ? 'better' : 'worse';
}
