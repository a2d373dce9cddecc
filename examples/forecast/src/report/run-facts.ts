import { factsHtml } from '@synaprune/examples-kit/report/html';
import type { Results } from '../results.js';
import type { Settings } from '../settings.js';

/** What the results come from: the machine, what ran there, and every setting. */
export function runFacts({ machine, options }: Results, settings: Settings): string {
  const { node, platform, arch, cpu, cores, runtime, backend, ...versions } = machine;
  const { hidden, length, epochs, patience, batchSize, learningRate, dropout, passes, recipe } = settings;
  const { seeds, curve } = options as {
    readonly seeds: readonly number[];
    readonly curve: readonly number[];
  };
  return factsHtml([
    ['machine', `${cpu}, ${cores} cores, ${platform} ${arch}, Node ${node}`],
    ['runtime', `${runtime} (${backend})`],
    ['versions', named(versions)],
    ['seeds', seeds.join(', ')],
    ['network', `LSTM of ${hidden} units on windows of ${length} rows`],
    [
      'training',
      `Adam from ${learningRate}, batches of ${batchSize}, at most ${epochs} epochs, patience ${patience}`,
    ],
    ['dropout', `rate ${dropout}; mc-dropout averages ${passes} passes`],
    [
      'pruning',
      Object.entries(recipe)
        .map(([part, value]) => `${part}: ${told(value)}`)
        .join('; '),
    ],
    ...(curve.length === 0 ? [] : [['other sparsities', curve.join(', ')] as const]),
  ]);
}

/** A recipe's part: its kind first, as `synapticRamp (from 0.3, to 0.7)`. */
function told(value: unknown): string {
  if (Array.isArray(value)) return value.map(told).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { kind, ...rest } = value as { readonly kind?: unknown };
  return kind === undefined ? named(rest) : `${kind} (${named(rest)})`;
}

function named(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${told(value)}`)
    .join(', ');
}
