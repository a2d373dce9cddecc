import type { TfjsBackend } from '../backend/assemble-backend.js';

const backends = new WeakMap<object, TfjsBackend>();

/** Notes by which backend a pruning masks its weights. */
export function noteBackend(pruning: object, backend: TfjsBackend): void {
  backends.set(pruning, backend);
}

/** The backend of a pruning that `pruneModel` made; `undefined` of anything else. */
export function backendOf(pruning: object): TfjsBackend | undefined {
  return backends.get(pruning);
}
