import { taskOf } from '../task.js';
import {
  type Cell,
  differenceOf,
  type JudgedDifference,
  judge,
  LEVEL,
  type TaskAnalysis,
} from './analysis.js';

/** What is said elsewhere of these methods, tried here at every sparsity. */
export interface Claim {
  readonly text: string;
  readonly trials: readonly Trial[];
}

/** A claim at one sparsity. */
export interface Trial {
  readonly sparsity: number;
  readonly from: Cell;
  readonly to: Cell;
  readonly difference: JudgedDifference;
}

type Pair = readonly [from: Cell | null | undefined, to: Cell | null | undefined];

/** The shape that the field reports, as differences that would show it. */
export function claimsOf(analysis: TaskAnalysis): readonly Claim[] {
  const { dense, levels, task } = analysis;
  const { higherIsBetter } = taskOf(task);
  const claim = (text: string, pairOf: (cells: readonly Cell[]) => Pair): Claim => {
    const pairs = levels.flatMap(({ sparsity, cells }) => {
      const [from, to] = pairOf(cells);
      const difference = from && to ? differenceOf(from, to, higherIsBetter) : null;
      return from && to && difference ? [{ sparsity, from, to, difference }] : [];
    });
    const judged = judge(pairs.map(({ difference }) => difference));
    return { text, trials: pairs.map((pair, i) => ({ ...pair, difference: judged[i]! })) };
  };
  const named = (cells: readonly Cell[], name: string) => cells.find(({ method }) => method === name);
  return [
    claim('RigL is at least as good as SET', (cells) => [named(cells, 'rigl'), named(cells, 'set')]),
    claim('SET is better than a mask by lot that stays', (cells) => [
      named(cells, 'set'),
      named(cells, 'static-random'),
    ]),
    claim('A lottery ticket is as good as the dense model', (cells) => [
      named(cells, 'lottery-ticket'),
      dense,
    ]),
    claim('Weights dropped by lot on a ramp come last', (cells) => {
      const others = cells.filter(({ method }) => method !== 'random');
      return [named(cells, 'random'), worstOf(others, higherIsBetter)];
    }),
  ].filter(({ trials }) => trials.length > 0);
}

function worstOf(cells: readonly Cell[], higherIsBetter: boolean): Cell | undefined {
  const sign = higherIsBetter ? 1 : -1;
  return cells.toSorted((a, b) => sign * (a.score.mean - b.score.mean))[0];
}

/** What a difference shows. */
export function verdictOf({ adjusted, gain }: JudgedDifference): 'better' | 'worse' | 'not told apart' {
  if (adjusted === null || adjusted >= LEVEL) return 'not told apart';
  return gain.mean > 0 ? 'better' : 'worse';
}
