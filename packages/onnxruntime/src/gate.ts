import { type Awaitable, PruneError } from '@synaprune/core';

/** Lets a pruner use the backend while `work` runs, inside of a call that keeps everything else out. */
export type LetPrune = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Keeps the calls of one trainer apart, those of its backend included: overlapping is an error, never a queue. */
export interface Gate {
  /** Runs `work` while nothing else does. It is given the way to let a pruner in. */
  exclusive<Result>(name: string, work: (letPrune: LetPrune) => Promise<Result>): Promise<Result>;
  /** Runs a verb of the backend, which may overlap others of its kind but not a step. */
  verb<Result>(name: string, work: () => Awaitable<Result>): Awaitable<Result>;
  /** @throws PruneError `disposed` */
  requireOpen(name: string): void;
  /** Refuses all further calls. Answers whether this was the first time. Throws while any call is in flight. */
  close(): boolean;
}

export function createGate(): Gate {
  let closed = false;
  let running: string | undefined;
  let pruning = false;
  const verbs: string[] = [];

  const requireOpen = (name: string): void => {
    if (closed) throw new PruneError('disposed', `${name} needs a live trainer; this one was disposed`);
  };
  const busy = (name: string, other: string): PruneError =>
    new PruneError('busy', `${name} needs ${other} to have finished; await it first`);
  const letPrune: LetPrune = async (work) => {
    pruning = true;
    try {
      return await work();
    } finally {
      pruning = false;
    }
  };

  return {
    requireOpen,
    async exclusive(name, work) {
      requireOpen(name);
      if (running !== undefined) throw busy(name, running);
      if (verbs.length > 0) throw busy(name, `the pruner's ${verbs[0]}`);
      running = name;
      try {
        return await work(letPrune);
      } finally {
        running = undefined;
      }
    },
    verb(name, work) {
      requireOpen(name);
      if (running !== undefined && !pruning) throw busy(name, running);
      const result = work();
      if (!(result instanceof Promise)) return result;
      verbs.push(name);
      return result.finally(() => verbs.splice(verbs.indexOf(name), 1));
    },
    close() {
      const other = running ?? verbs[0];
      if (!closed && other !== undefined) throw busy('dispose', other);
      const first = !closed;
      closed = true;
      return first;
    },
  };
}
