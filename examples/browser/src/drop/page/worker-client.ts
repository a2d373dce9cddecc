import type { Request, SavedFile, Told } from '../protocol';
import type { DropState } from '../state';

/** The worker, seen from the page. */
export interface WorkerClient {
  /** Sends a request as the latest; what belongs to earlier ones of its kind is not told any more. */
  ask(request: Unnumbered): void;
  /** Ends the worker and everything in it, and begins with a new one. */
  restart(): void;
}

type Unnumbered = Request extends infer One ? (One extends unknown ? Omit<One, 'turn'> : never) : never;

/** What the page is told. */
export interface Listeners {
  onPatch(patch: Partial<DropState>): void;
  onSaved(files: readonly SavedFile[]): void;
  /** It is gone, and with it the model that was in it. */
  onDeath(): void;
  /** It is there, and does not answer. */
  onSilence(seconds: number): void;
}

/** Seconds without an answer after which it is said. */
const SILENT_S = 60;

/** A worker that computes, so that the page stays free. */
export function createWorkerClient({ onPatch, onSaved, onDeath, onSilence }: Listeners): WorkerClient {
  let worker: Worker | undefined;
  let turn = 0;
  // The latest of each kind: what looks into layers goes on while figures are made anew.
  const latest = { figures: 0, scan: 0, save: 0 };
  let heard = 0;

  const streamOf = (kind: Request['kind']): keyof typeof latest =>
    kind === 'scan' ? 'scan' : kind === 'save' ? 'save' : 'figures';

  function start(): Worker {
    const fresh = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' });
    fresh.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      if (worker !== fresh) return;
      heard = performance.now();
      if (data.kind === 'saved' && data.turn === latest.save) onSaved(data.files);
      if (data.kind !== 'patch') return;
      if (Object.values(latest).includes(data.turn)) onPatch(data.patch);
    });
    const died = (event: Event): void => {
      if (worker !== fresh) return;
      // It is told on the page, in its own words.
      event.preventDefault();
      fresh.terminate();
      worker = undefined;
      onDeath();
    };
    fresh.addEventListener('error', died);
    fresh.addEventListener('messageerror', died);
    heard = performance.now();
    return fresh;
  }

  setInterval(() => {
    if (worker === undefined) return;
    worker.postMessage({ kind: 'ping', turn } satisfies Request);
    const silent = (performance.now() - heard) / 1000;
    if (silent > SILENT_S) onSilence(Math.round(silent));
  }, 5000);

  return {
    ask(request) {
      turn += 1;
      // What is stopped still says how far it came.
      if (request.kind !== 'stop-scan') latest[streamOf(request.kind)] = turn;
      // A new model ends all that was done with the one before.
      if (request.kind === 'open') latest.scan = turn;
      worker ??= start();
      worker.postMessage({ ...request, turn } as Request);
    },
    restart() {
      worker?.terminate();
      worker = undefined;
    },
  };
}
