import { type Goal, goalFor } from './goals.js';
import type { Timing } from './measure.js';

/** Whether a goal was met; or why that cannot be said of the figure; or why nobody knows. */
export type Verdict = 'met' | 'missed' | `reported: ${string}` | `not measured: ${string}`;

/** One line of a report. */
export interface Row {
  readonly group: string;
  /** What was measured. */
  readonly work: string;
  /** What it is compared with. */
  readonly against?: string;
  readonly elements: number;
  /**
   * Medians divided, and minima divided: cost over the cost of what it is compared with, or, where `cheaper`
   * says so, the other way round.
   */
  readonly ratio?: number;
  readonly ratioOfMinima?: number;
  readonly cheaper?: boolean;
  /** Nanoseconds a weight: the median, the minimum, and the median of what it is compared with. */
  readonly nanoseconds?: number;
  readonly nanosecondsMin?: number;
  readonly nanosecondsAgainst?: number;
  readonly samples?: number;
  /** A fraction of something, where the row is about one. */
  readonly share?: number;
  /** What else there is to say: whether the result was checked, say. */
  readonly note?: string;
  readonly goal?: Goal;
  readonly verdict?: Verdict;
}

/** What {@link rowOf} needs to know besides the timings. */
export interface RowOptions {
  readonly group: string;
  readonly elements: number;
  readonly work?: string;
  /** Says how many times cheaper the work is than what it is compared with, instead of how much it costs. */
  readonly cheaper?: boolean;
  /** Name of the goal that the row is about. */
  readonly goal?: string;
  /** Why the goal is not meant for this figure, if it is not. */
  readonly reported?: string;
  readonly note?: string;
}

/** A row from what a candidate and its reference cost in one run. */
export function rowOf(timing: Timing, reference: Timing, options: RowOptions): Row {
  const { group, elements, work = timing.name, cheaper = false, goal, reported, note } = options;
  if (timing.median === 0 || reference.median === 0) {
    return unmeasured(options, work, 'shorter than the clock of CPU time can tell');
  }
  const ratio = timing.median / reference.median;
  // A single round may fall between two ticks of that clock.
  const ratioOfMinima = timing.min > 0 && reference.min > 0 ? timing.min / reference.min : undefined;
  const row = judged(goal, {
    group,
    work,
    against: reference.name,
    elements,
    ratio: cheaper ? 1 / ratio : ratio,
    ...(ratioOfMinima !== undefined && { ratioOfMinima: cheaper ? 1 / ratioOfMinima : ratioOfMinima }),
    ...(cheaper && { cheaper }),
    nanoseconds: timing.median / elements,
    nanosecondsMin: timing.min / elements,
    nanosecondsAgainst: reference.median / elements,
    samples: Math.min(timing.samples, reference.samples),
    ...(note !== undefined && { note }),
  });
  return reported === undefined || row.goal === undefined
    ? row
    : { ...row, verdict: `reported: ${reported}` };
}

/** A row that says why there is no figure. */
export function unmeasured(
  { group, elements, goal }: Pick<RowOptions, 'group' | 'elements' | 'goal'>,
  work: string,
  reason: string,
): Row {
  const sought = goal === undefined ? undefined : goalFor(goal, elements);
  return {
    group,
    work,
    elements,
    ...(sought && { goal: sought }),
    verdict: `not measured: ${reason}`,
  };
}

/** The row, held against the goal of that name, if there is one for so many elements. */
export function judged(id: string | undefined, row: Row): Row {
  const goal = id === undefined ? undefined : goalFor(id, row.elements);
  if (goal === undefined) return row;
  const figure = figureOf(row, goal);
  const met =
    figure !== undefined && (goal.bound === 'at most' ? figure <= goal.value : figure >= goal.value);
  return { ...row, goal, verdict: met ? 'met' : 'missed' };
}

/** The figure of a row that a goal is about. */
export function figureOf(row: Row, { figure }: Goal): number | undefined {
  if (figure === 'share') return row.share;
  return figure === 'ratio' ? row.ratio : row.nanoseconds;
}
