import type { Executor } from './executor.js';
import type { Pool } from './pool.js';

/** Carries out runs on processes of this machine. */
export function createLocalExecutor<Spec, Result>(pool: Pool<Spec, Result>): Executor<Spec, Result> {
  return {
    description: pool.size === 1 ? 'one process' : `${pool.size} processes`,
    async run(runs, listener, signal) {
      const waiting = runs.values();
      let over = false;
      const lane = async () => {
        for (const spec of waiting) {
          if (over) return;
          const ending = await pool.carryOut(spec);
          // What ends after the signal was ended with its process, or is too late to be told of.
          if (over) return;
          if (ending.kind === 'done') listener.done(spec, ending.result);
          else listener.failed(spec, ending.message);
        }
      };
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const lanes = Array.from({ length: pool.size }, lane);
      try {
        await Promise.race([Promise.all(lanes), stopped]);
      } finally {
        over = true;
        for (const ended of lanes) ended.catch(() => {});
      }
    },
    close: () => pool.close(),
  };
}
