/** Something to be timed. */
export type Candidate = Local | Elsewhere;

interface Local {
  readonly name: string;
  /** Runs before `run`, untimed. */
  readonly prepare?: () => void | Promise<void>;
  readonly run: () => unknown;
}

/** Runs in another process, and answers with the CPU nanoseconds it took there. */
interface Elsewhere {
  readonly name: string;
  readonly prepare?: () => void | Promise<void>;
  readonly runElsewhere: () => Promise<number>;
}

/** What a candidate cost, in nanoseconds: of CPU time of its whole process, unless another clock was told. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly samples: number;
}

/** How {@link measure} goes about it. */
export interface MeasureOptions {
  /** Rounds that count: each runs every candidate once. */
  readonly samples: number;
  /** Rounds before those, in which the engine compiles. */
  readonly warmups?: number;
  /**
   * Collects garbage before every single run, so that nobody pays for what another left behind. Costs everybody
   * the caches, so it is for candidates that leave much. Needs `node --expose-gc`.
   */
  readonly collect?: boolean;
  /** Brings the data to the same state before every single run, untimed. */
  readonly prepare?: () => void | Promise<void>;
  /** No further round is begun after so long, once three have been made. */
  readonly limitSeconds?: number;
  /** Nanoseconds so far; of CPU time unless told. */
  readonly clock?: () => number;
}

/** Fewest rounds of which a median says something. */
const LEAST_ROUNDS = 3;

/**
 * Times candidates against each other: in each round each runs once, and each round begins with another one, so
 * that a slow minute of the machine and the state a neighbour leaves behind fall on all alike.
 *
 * @returns one timing a candidate, in their order
 */
export async function measure(
  candidates: readonly Candidate[],
  {
    samples,
    warmups = 2,
    collect = false,
    prepare = () => {},
    limitSeconds = 60,
    clock = cpuNanoseconds,
  }: MeasureOptions,
): Promise<Timing[]> {
  const costs = candidates.map((): number[] => []);
  collectGarbage();
  const start = performance.now();
  for (let round = -warmups; round < samples; round += 1) {
    const late = performance.now() - start > 1000 * limitSeconds;
    if (late && round >= Math.min(samples, LEAST_ROUNDS)) break;
    for (let turn = 0; turn < candidates.length; turn += 1) {
      const at = (round + warmups + turn) % candidates.length;
      if (collect) collectGarbage();
      const cost = await time(candidates[at]!, prepare, clock);
      if (round >= 0) costs[at]!.push(cost);
    }
  }
  return candidates.map(({ name }, i) => ({
    name,
    median: median(costs[i]!),
    min: Math.min(...costs[i]!),
    samples: costs[i]!.length,
  }));
}

async function time(
  candidate: Candidate,
  prepare: () => void | Promise<void>,
  clock: () => number,
): Promise<number> {
  await prepare();
  await candidate.prepare?.();
  if ('runElsewhere' in candidate) return candidate.runElsewhere();
  const before = clock();
  const result = candidate.run();
  // No turn of the event loop where none is needed.
  if (result instanceof Promise) await result;
  return clock() - before;
}

/** The middle value, or the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Wall time, for work that is no CPU time of this process: a GPU's. */
export function wallNanoseconds(): number {
  return 1e6 * performance.now();
}

/** User and system time of all threads of this process. */
function cpuNanoseconds(): number {
  const { user, system } = process.cpuUsage();
  return 1000 * (user + system);
}

/** Does nothing without `node --expose-gc`. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
