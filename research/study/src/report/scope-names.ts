import type { Study } from '../study.js';
import type { ScopeStatistics } from './scope-statistics.js';
import type { Scope } from './scopes.js';

/** The name of a part, for headings and tables. */
export function scopeName({ models, series }: Study, { kind, model, series: index }: Scope): string {
  if (kind === 'model-series') return `${model} on ${series[index!]!.name}`;
  const which = model ?? (models.length === 1 ? models[0]! : 'all models');
  return series.length === 1 ? `${which} on ${series[0]!.name}` : `${which}, all series`;
}

/** The parts without those that hold the same numbers as an earlier one: with one model, or one series, some do. */
export function distinctScopes(scopes: readonly ScopeStatistics[]): ScopeStatistics[] {
  const seen = new Set<string>();
  return scopes.filter(({ table }) => {
    const numbers = JSON.stringify([table.arms, table.blocks.map(({ errors }) => errors)]);
    return !seen.has(numbers) && seen.add(numbers);
  });
}
