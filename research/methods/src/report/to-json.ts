import type { Plan } from '../plan.js';
import type { TaskAnalysis } from './analysis.js';
import { claimsOf } from './claims.js';
import type { Facts } from './facts.js';

/** What `methods.json` holds: a row a run and what is said of them, unrounded. */
export function toJson(plan: Plan, tasks: readonly TaskAnalysis[], facts: Facts): unknown {
  return {
    format: 'synaprune-methods',
    version: 1,
    ...facts,
    quick: plan.quick,
    seeds: plan.seeds,
    rows: rowsOf(tasks, 'digits', 'accuracy'),
    bookRows: rowsOf(tasks, 'book', 'bitsPerCharacter'),
    tasks: tasks.map((analysis) => ({
      task: analysis.task,
      training: analysis.planned.training,
      missing: analysis.missing,
      dense: analysis.dense?.score ?? null,
      levels: analysis.levels.map(({ sparsity, best, cells, toBest }) => ({
        sparsity,
        bestSimple: best?.method ?? null,
        cells: cells.map(({ method, score, seconds }) => ({
          method,
          score,
          seconds,
          toBestSimple: toBest.get(method) ?? null,
        })),
      })),
      claims: claimsOf(analysis).map(({ text, trials }) => ({
        text,
        trials: trials.map(({ sparsity, from, to, difference }) => ({
          sparsity,
          from: from.method,
          to: to.method,
          ...difference,
        })),
      })),
    })),
  };
}

function rowsOf(tasks: readonly TaskAnalysis[], task: string, measure: string) {
  const runs = tasks.find((analysis) => analysis.task === task)?.runs ?? [];
  return runs.map(
    ({ spec: { method, sparsity, seed }, result: { score, seconds, masks, loss, steps, weights } }) => {
      const elements = weights.reduce((sum, one) => sum + one.elements, 0);
      const kept = weights.reduce((sum, one) => sum + one.kept, 0);
      return { method, sparsity, seed, [measure]: score, seconds, masks, loss, steps, elements, kept };
    },
  );
}
