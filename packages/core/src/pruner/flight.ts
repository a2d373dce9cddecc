import { PruneError } from '../checks/errors.js';

/** Keeps calls of one pruner apart: see {@link createFlight}. */
export interface Flight {
  /** Runs `work` while nothing else does. */
  exclusive<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` while nothing exclusive does. */
  shared<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Counts `work`, already running, as a shared call until it settles. */
  track(name: string, work: Promise<unknown>): void;
  /** Throws unless a shared call could start now. */
  check(name: string): void;
  /** Refuses all further calls. Throws while any is in flight; harmless when repeated. */
  close(): void;
}

/**
 * A gate that makes overlapping calls an error, never a queue: `update` and `restore` change masks and run
 * alone; `enforce`, `report` and `save` may overlap each other.
 */
export function createFlight(): Flight {
  let closed = false;
  let alone: string | undefined;
  const together: string[] = [];

  const check = (name: string): void => {
    if (closed) throw new PruneError('disposed', `${name} needs a live pruner; this one was disposed`);
    if (alone !== undefined) {
      throw new PruneError('busy', `${name} needs ${alone} to have finished; await it first`);
    }
  };

  return {
    check,
    async exclusive(name, work) {
      check(name);
      if (together.length > 0) {
        throw new PruneError(
          'busy',
          `${name} needs ${together.join(' and ')} to have finished; await it first`,
        );
      }
      alone = name;
      try {
        return await work();
      } finally {
        alone = undefined;
      }
    },
    async shared(name, work) {
      check(name);
      together.push(name);
      try {
        return await work();
      } finally {
        together.splice(together.indexOf(name), 1);
      }
    },
    track(name, work) {
      together.push(name);
      const done = (): void => {
        together.splice(together.indexOf(name), 1);
      };
      work.then(done, done);
    },
    close() {
      const running = alone ?? together[0];
      if (!closed && running !== undefined) {
        throw new PruneError('busy', `dispose needs ${running} to have finished; await it first`);
      }
      closed = true;
    },
  };
}
