import { PruneError } from './errors.js';

/** Lets shared work in while `work` runs, inside of work that keeps everything else out. */
export type LetIn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Keeps the calls of one thing apart: overlapping is an error, never a queue. */
export interface Gate {
  /** Runs `work` while nothing else does. It is given the way to let shared work in, such as that of a pruner. */
  exclusive<Result>(name: string, work: (letIn: LetIn) => Promise<Result>): Promise<Result>;
  /** Runs `work`, beside other shared work but not beside exclusive one. */
  shared<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** As {@link Gate.shared}, for work that may be done at once: then so is this, and refusals are thrown. */
  during<Result>(name: string, work: () => Result | Promise<Result>): Result | Promise<Result>;
  /** @throws PruneError `disposed` after {@link Gate.close} */
  requireOpen(name: string): void;
  /**
   * Refuses all further calls. Harmless when repeated.
   *
   * @returns whether this was the first time
   * @throws PruneError `busy` while any call is in flight
   */
  close(): boolean;
}

/**
 * A gate for the calls of something that is disposed of in the end.
 *
 * @param what names it in errors: `pruner`
 *
 * @example
 * ```ts
 * import { createGate } from '@synaprune/core/checks';
 *
 * const gate = createGate('trainer');
 * const step = gate.exclusive('step', async () => 'done');
 * try {
 *   await gate.exclusive('save', async () => 'saved');
 * } catch (error) {
 *   console.log((error as Error).message); // save needs step to have finished; await it first
 * }
 * console.log(await step, gate.close()); // done true
 * ```
 */
export function createGate(what: string): Gate {
  let closed = false;
  let alone: string | undefined;
  let lettingIn = false;
  const together: string[] = [];

  const requireOpen = (name: string): void => {
    if (closed) throw new PruneError('disposed', `${name} needs a live ${what}; this one was disposed`);
  };
  const busy = (name: string, others: readonly string[]): PruneError =>
    new PruneError('busy', `${name} needs ${others.join(' and ')} to have finished; await it first`);
  const letIn: LetIn = async (work) => {
    lettingIn = true;
    try {
      return await work();
    } finally {
      lettingIn = false;
    }
  };
  const during: Gate['during'] = (name, work) => {
    requireOpen(name);
    if (alone !== undefined && !lettingIn) throw busy(name, [alone]);
    const result = work();
    if (!(result instanceof Promise)) return result;
    together.push(name);
    return result.finally(() => together.splice(together.indexOf(name), 1));
  };

  return {
    requireOpen,
    during,
    shared: async (name, work) => during(name, work),
    async exclusive(name, work) {
      requireOpen(name);
      if (alone !== undefined) throw busy(name, [alone]);
      if (together.length > 0) throw busy(name, together);
      alone = name;
      try {
        return await work(letIn);
      } finally {
        alone = undefined;
      }
    },
    close() {
      const running = alone ?? together[0];
      if (!closed && running !== undefined) throw busy('dispose', [running]);
      const first = !closed;
      closed = true;
      return first;
    },
  };
}
