import { holm, type MeanInterval, meanInterval, studentCdf } from 'synaprune-study/statistics/statistics';
import { ARMS, DENSE } from '../arms/arms.js';
import type { Plan, PlannedTask } from '../plan.js';
import { specsOf } from '../plan.js';
import type { MethodResult, MethodSpec, TaskName } from '../run.js';
import { keyOf } from '../run-kind.js';
import { taskOf } from '../task.js';

/** A finished run of a comparison. */
export interface Run {
  readonly spec: MethodSpec;
  readonly result: MethodResult;
}

/** A method at a sparsity. */
export interface Cell {
  readonly method: string;
  readonly title: string;
  readonly score: MeanInterval;
  /** Mean time of its runs. */
  readonly seconds: number;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** How much better one cell is than another, over the seeds that both have; positive is better whatever is measured. */
export interface Difference {
  readonly gain: MeanInterval;
  /** Of Student's paired test, two-sided; `null` for fewer than two seeds, and where all differences are the same. */
  readonly p: number | null;
}

/** A comparison, and its p among those it was made with. */
export interface JudgedDifference extends Difference {
  /** By Holm; `null` where p is. */
  readonly adjusted: number | null;
}

/** A task at a sparsity. */
export interface Level {
  readonly sparsity: number;
  /** In the order of the arms. */
  readonly cells: readonly Cell[];
  /** The simple arm with the best mean; `null` while none has run. */
  readonly best: Cell | null;
  /** Of every other arm to the best simple one, by method. */
  readonly toBest: ReadonlyMap<string, JudgedDifference>;
}

/** Everything that is said of a task. */
export interface TaskAnalysis {
  readonly task: TaskName;
  readonly planned: PlannedTask;
  readonly runs: readonly Run[];
  readonly dense: Cell | null;
  readonly levels: readonly Level[];
  /** Runs that the plan has and the store has not. */
  readonly missing: number;
}

/** Spreads below this are of rounding alone. */
const SAME = 1e-9;

/** Below this a difference counts as told apart. */
export const LEVEL = 0.05;

/** Puts together what has run. */
export function analyse(plan: Plan, runOf: (key: string) => Run | undefined): readonly TaskAnalysis[] {
  return plan.tasks.map((planned) => {
    const wanted = specsOf({ ...plan, tasks: [planned] });
    const runs = wanted.flatMap((spec) => runOf(keyOf(spec)) ?? []);
    const { higherIsBetter } = taskOf(planned.task);
    const levels = planned.sparsities.map((sparsity) => levelOf(runs, sparsity, higherIsBetter));
    const dense = cellOf(runs, DENSE, 0);
    return { task: planned.task, planned, runs, dense, levels, missing: wanted.length - runs.length };
  });
}

/** Over the seeds that every method there has, so that no mean is of other seeds than its neighbour's. */
function levelOf(all: readonly Run[], sparsity: number, higherIsBetter: boolean): Level {
  const runs = ofSharedSeeds(all.filter(({ spec }) => spec.sparsity === sparsity));
  const cells = ARMS.flatMap(({ name }) => cellOf(runs, name, sparsity) ?? []);
  const sign = higherIsBetter ? 1 : -1;
  const simple = cells.filter(({ method }) => ARMS.find(({ name }) => name === method)!.simple);
  const best = simple.reduce<Cell | null>(
    (most, cell) => (most === null || sign * (cell.score.mean - most.score.mean) > 0 ? cell : most),
    null,
  );
  if (best === null) return { sparsity, cells, best, toBest: new Map() };
  const others = cells.filter((cell) => cell !== best);
  const differences = judge(others.map((cell) => differenceOf(cell, best, higherIsBetter)));
  const toBest = new Map(
    others.flatMap(({ method }, i) => (differences[i] === null ? [] : [[method, differences[i]!] as const])),
  );
  return { sparsity, cells, best, toBest };
}

/** Runs of the seeds that all methods have; all runs where there is no such seed. */
function ofSharedSeeds(runs: readonly Run[]): readonly Run[] {
  const methods = new Set(runs.map(({ spec }) => spec.method));
  const counts = new Map<number, number>();
  for (const { spec } of runs) counts.set(spec.seed, (counts.get(spec.seed) ?? 0) + 1);
  const shared = runs.filter(({ spec }) => counts.get(spec.seed) === methods.size);
  return shared.length === 0 ? runs : shared;
}

function cellOf(runs: readonly Run[], method: string, sparsity: number): Cell | null {
  const own = runs.filter(({ spec }) => spec.method === method && spec.sparsity === sparsity);
  if (own.length === 0) return null;
  return {
    method,
    title: ARMS.find(({ name }) => name === method)!.title,
    score: meanInterval(own.map(({ result }) => result.score)),
    seconds: own.reduce((sum, { result }) => sum + result.seconds, 0) / own.length,
    bySeed: new Map(own.map(({ spec, result }) => [spec.seed, result.score])),
  };
}

/** How much better `cell` is than `other`; `null` where they have no seed in common. */
export function differenceOf(cell: Cell, other: Cell, higherIsBetter: boolean): Difference | null {
  const sign = higherIsBetter ? 1 : -1;
  const gains = [...cell.bySeed].flatMap(([seed, score]) => {
    const base = other.bySeed.get(seed);
    return base === undefined ? [] : [sign * (score - base)];
  });
  if (gains.length === 0) return null;
  const gain = meanInterval(gains);
  return { gain, p: pairedP(gain) };
}

function pairedP({ count, mean, standardDeviation }: MeanInterval): number | null {
  if (standardDeviation === null) return null;
  // Scores of few digits differ by the same now and then, which says nothing of how they spread.
  if (standardDeviation < SAME) return null;
  return 2 * studentCdf((-Math.abs(mean) * Math.sqrt(count)) / standardDeviation, count - 1);
}

/** Adjusts comparisons that were made together. */
export function judge(differences: readonly (Difference | null)[]): (JudgedDifference | null)[] {
  const known = differences.flatMap((one) => one?.p ?? []);
  const adjusted = known.length === 0 ? [] : holm(known);
  let at = 0;
  return differences.map((one) => {
    if (one === null) return null;
    return { ...one, adjusted: one.p === null ? null : adjusted[at++]! };
  });
}
