/** Work that gives way: between two steps it lets messages in, and ends when it is no longer wanted. */
export interface Turn {
  readonly signal: AbortSignal;
  /** @throws the signal's reason when nobody waits for the work any more */
  breathe(): Promise<void>;
}

/** Milliseconds of work between two breaths. */
const HELD_MS = 25;

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** What is done now, and what waits until that is over. */
export interface Turns {
  /** Does work at once; what was done before in this way is no longer wanted. */
  now(work: (turn: Turn) => Promise<void>): Promise<void>;
  /** Does work while nothing else is done. */
  meanwhile(work: (turn: Turn) => Promise<void>): Promise<void>;
  /** Nobody wants the work that is done meanwhile any more. */
  stop(): void;
}

/** One thing at a time, the latest first. */
export function createTurns(): Turns {
  let foreground = new AbortController();
  let background = new AbortController();
  // Resolves when the last work of the foreground has ended.
  let busy: Promise<void> = Promise.resolve();
  let waiting = 0;

  const breath = (
    signal: AbortSignal,
    most: () => number,
    wait: () => Promise<void>,
  ): (() => Promise<void>) => {
    let last = performance.now();
    return async () => {
      signal.throwIfAborted();
      if (performance.now() - last < most()) return;
      await macrotask();
      await wait();
      last = performance.now();
      signal.throwIfAborted();
    };
  };

  return {
    now(work) {
      foreground.abort();
      foreground = new AbortController();
      const { signal } = foreground;
      waiting += 1;
      const before = busy;
      busy = (async () => {
        // The one before notices at its next breath.
        await before;
        try {
          if (!signal.aborted)
            await work({
              signal,
              breathe: breath(
                signal,
                () => HELD_MS,
                async () => {},
              ),
            });
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          waiting -= 1;
        }
      })();
      const done = busy;
      busy = done.catch(() => {});
      return done;
    },
    async meanwhile(work) {
      background.abort();
      background = new AbortController();
      const { signal } = background;
      const idle = async (): Promise<void> => {
        while (waiting > 0) await busy;
      };
      try {
        await idle();
        await work({ signal, breathe: breath(signal, () => (waiting > 0 ? 0 : HELD_MS), idle) });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    stop: () => background.abort(),
  };
}
