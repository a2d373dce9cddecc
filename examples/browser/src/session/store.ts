import { createStore, del, get, set } from 'idb-keyval';
import { isRunRecord, type RunRecord } from './record';

const KEY = 'run';

/** Where the last run is kept. Every failure is an Error whose message can be shown. */
export interface RunStore {
  read(): Promise<RunRecord | null>;
  write(record: RunRecord): Promise<void>;
  clear(): Promise<void>;
}

/** The browser's own database; nothing leaves the machine. */
export function openRunStore(): RunStore {
  const store = createStore('synaprune-browser-example', 'runs');
  return {
    async read() {
      const value: unknown = await get(KEY, store);
      return isRunRecord(value) ? value : null;
    },
    write: (record) => set(KEY, record, store),
    clear: () => del(KEY, store),
  };
}

/**
 * True in one tab at a time, for as long as that tab is open: two tabs must not overwrite each other's run. A
 * tab being reloaded gives it up a moment later, hence the wait.
 */
export async function claimStore(waitMilliseconds = 1500): Promise<boolean> {
  if (!('locks' in navigator)) return true;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(waitMilliseconds);
    navigator.locks
      .request('synaprune-browser-example', { signal }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}
