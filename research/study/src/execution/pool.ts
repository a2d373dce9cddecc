import type { RunResult, RunSpec } from '../run.js';
import { type Child, type ChildProgram, createChild, type Ending } from './child-process.js';

/** Processes that carry out runs side by side. */
export interface Pool<Spec = RunSpec, Result = RunResult> {
  readonly size: number;
  /**
   * Carries out a run when a process is free. The end of the process in mid-run is tried once more on a new one.
   *
   * @throws Error when processes cannot be started, or when the pool was closed
   */
  carryOut(spec: Spec): Promise<Exclude<Ending<Result>, { readonly kind: 'crashed' }>>;
  /** Ends all processes at once, whatever they are doing. */
  close(): Promise<void>;
}

/** Starts up to `size` processes, as they are needed. */
export function createPool<Spec = RunSpec, Result = RunResult>(
  program: ChildProgram,
  size: number,
): Pool<Spec, Result> {
  const idle: Child<Spec, Result>[] = [];
  const busy = new Set<Child<Spec, Result>>();
  const waiting: (() => void)[] = [];
  let free = size;
  let closed = false;

  const take = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const requireOpen = () => {
    if (closed) throw new Error('the processes were ended');
  };
  const carryOutOnce = async (spec: Spec): Promise<Ending<Result>> => {
    requireOpen();
    const child = idle.pop() ?? createChild<Spec, Result>(program);
    busy.add(child);
    try {
      await child.ready;
      const ending = await child.carryOut(spec);
      requireOpen();
      if (ending.kind !== 'crashed') idle.push(child);
      return ending;
    } catch (error) {
      requireOpen();
      throw error;
    } finally {
      busy.delete(child);
    }
  };
  return {
    size,
    async carryOut(spec) {
      await take();
      try {
        const first = await carryOutOnce(spec);
        if (first.kind !== 'crashed') return first;
        const second = await carryOutOnce(spec);
        if (second.kind !== 'crashed') return second;
        return { kind: 'failed', message: `${second.message} (tried twice)` };
      } finally {
        release();
      }
    },
    async close() {
      closed = true;
      await Promise.all([...idle, ...busy].map((child) => child.kill()));
      idle.length = 0;
    },
  };
}
