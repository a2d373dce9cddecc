import type { SharedWeight } from '@synaprune/refit';
import type { Part } from './part.js';

/** What a weight holds: so many matrices `[rows, features]`. */
export type Matrices = Pick<SharedWeight, 'parts' | 'rows' | 'features'>;

/** The matrices of parts, by the names that weights are saved under. Biases have none. */
export function matricesOf(parts: readonly Part[]): ReadonlyMap<string, Matrices> {
  return new Map(
    parts.flatMap(({ weights, turns }) => {
      const products = [...new Set(turns.flat())];
      return [...weights].flatMap(([role, { originalName }]) => {
        const own = products.flatMap(({ rows, firstRow, blocks }) =>
          blocks.filter((block) => block.role === role).map(({ features }) => ({ rows, firstRow, features })),
        );
        if (own.length === 0) return [];
        // What begins at a later row goes on with a matrix, as the candidate of a GRU does.
        const count = own.filter(({ firstRow }) => firstRow === 0).length;
        const rows = own.reduce((sum, each) => sum + each.rows, 0) / count;
        return [[originalName, { parts: count, rows, features: own[0]!.features }] as const];
      });
    }),
  );
}
