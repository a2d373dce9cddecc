import { meanOf } from '@synaprune/examples-kit/metrics';
import type { Study } from '../study.js';
import { type Answer, answerOf, pruningArmOf } from './answer.js';
import { blockTable } from './blocks.js';
import { type CellSummary, summariseCells } from './cell-summaries.js';
import { type Effect, effectOf, effectOnLinear, effectOnPersistence } from './effects.js';
import { type Observation, observationsOf, type PersistenceScore, persistenceOf } from './observations.js';
import { type ProtocolGap, protocolGaps } from './protocol-gap.js';
import type { ScopeStatistics } from './scope-statistics.js';
import { averageRanksOf, testsOf } from './scope-tests.js';
import { runsIn, type Scope, scopesOf } from './scopes.js';

/** Everything a report says, as plain values computed from a study and nothing else. */
export interface Analysis {
  readonly observations: readonly Observation[];
  readonly cells: readonly CellSummary[];
  readonly persistence: readonly PersistenceScore[];
  /** All of it first, then each model over all series and on each. Empty when no run is there. */
  readonly scopes: readonly ScopeStatistics[];
  readonly answer: Answer;
  /** Each arm against dropout and none, scored at the best and at the last epoch of the same runs. */
  readonly gaps: readonly ProtocolGap[];
}

/** What arms are compared with. */
export const REFERENCES = ['dropout', 'none'] as const;

/** Computes a report's figures. */
export function analyse(study: Study): Analysis {
  const observations = observationsOf(study);
  const scopes = scopesOf(study, observations).map((scope) => judge(study, scope, observations));
  const overall = scopes[0];
  const arms = study.arms.map((arm) => arm.name);
  return {
    observations,
    cells: summariseCells(study, observations),
    persistence: persistenceOf(study, observations),
    scopes,
    answer: answerOf(study, overall, observations),
    gaps:
      overall === undefined
        ? []
        : REFERENCES.flatMap((reference) => protocolGaps(observations, arms, reference, overall.scope.unit)),
  };
}

function judge(study: Study, scope: Scope, all: readonly Observation[]): ScopeStatistics {
  const observations = runsIn(scope, all);
  const arms = study.arms.map((arm) => arm.name);
  const label = ({ series, model, length, seed }: Observation) => {
    const parts = {
      series: study.series[series]!.name,
      model,
      length: `length ${length}`,
      seed: `seed ${seed}`,
    };
    return scope.unit.map((part) => parts[part]).join(', ');
  };
  const table = blockTable(observations, arms, scope.unit, label);
  const { blocks } = table;
  const present = (effect: Effect | null) => (effect === null ? [] : effect);
  return {
    scope,
    table,
    averageRanks: averageRanksOf(table),
    persistenceRank:
      blocks.length === 0
        ? null
        : meanOf(
            blocks.map(
              ({ errors, persistence }) => errors.filter((error) => error < persistence).length + 0.5,
            ),
          ),
    tests: testsOf(table, pruningArmOf(study)),
    effects: REFERENCES.flatMap((reference) =>
      table.arms
        .filter((arm) => arm !== reference)
        .flatMap((arm) => present(effectOf(observations, arm, reference, scope.unit))),
    ),
    onPersistence: table.arms.flatMap((arm) => present(effectOnPersistence(observations, arm, scope.unit))),
    onLinear: table.arms.flatMap((arm) =>
      present(effectOnLinear(study.linear, observations, arm, scope.unit)),
    ),
  };
}
