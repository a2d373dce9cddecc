import { GOALS, type Goal } from './goals.js';
import { figureOf, type Row, type Verdict } from './row.js';

/** How a goal fared over all rows that are about it. */
export interface Outcome {
  readonly goal: Goal;
  readonly verdict: Verdict;
  /** The figure furthest from the goal, and where it was measured. */
  readonly figure?: number;
  readonly worst?: string;
}

/** Every goal and how it fared: by its worst row. A goal without a row was not measured. */
export function summarize(rows: readonly Row[]): Outcome[] {
  return GOALS.map((goal): Outcome => {
    const about = rows.filter((row) => row.goal === goal);
    if (about.length === 0) return { goal, verdict: 'not measured: not asked for' };
    const sign = goal.bound === 'at most' ? 1 : -1;
    const figures = about
      .map((row) => ({ row, figure: figureOf(row, goal) }))
      .filter((found): found is { row: Row; figure: number } => found.figure !== undefined)
      .sort((a, b) => sign * (b.figure - a.figure));
    const worst = figures[0];
    if (worst === undefined) return { goal, verdict: about[0]!.verdict! };
    return {
      goal,
      verdict: worst.row.verdict!,
      figure: worst.figure,
      worst: `${worst.row.work}, ${worst.row.elements.toExponential().replace('+', '')}`,
    };
  });
}
