import { requireWatched } from '@synaprune/core/checks';

/** How to watch work that takes long, and how to end it early. */
export interface Watched {
  /** Ends the work: its reason is thrown, and nothing that was given has changed. */
  readonly signal?: AbortSignal;
  /** Told now and then how much is done. */
  readonly onProgress?: (progress: RefitProgress) => void;
}

/** How far it is: rows of the layer. */
export interface RefitProgress {
  readonly done: number;
  readonly total: number;
}

/** Milliseconds of work between two breaths, in which timers, clicks and aborts get their turn. */
const BREATH = 50;

/** Tells progress, lets others in now and then, and throws where the work was aborted. */
export function createWatch(
  caller: string,
  watched: Watched,
  total: number,
): (done: number) => Promise<void> | undefined {
  requireWatched(caller, watched);
  const { signal, onProgress } = watched;
  signal?.throwIfAborted();
  let last = performance.now();
  const breathe = async (done: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    onProgress?.({ done, total });
    last = performance.now();
  };
  return (done) => (performance.now() - last < BREATH && done < total ? undefined : breathe(done));
}
